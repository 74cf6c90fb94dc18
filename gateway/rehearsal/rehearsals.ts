/**
 * A gate for each rehearsal that is under way, beside the real one: the same code and the same configuration with rooms,
 * numbers, seats, baselines and protection of its own. When the rehearsal ends, its gate closes and its rooms go.
 */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { PublishedRehearsal, PublishedRehearsals } from '../control/words.ts';
import type { Forwarder } from '../forward/forwarder.ts';
import type { Gate } from '../gate.ts';
import type { AppParts } from '../long-lived.ts';
import type { Log } from '../observe/logger.ts';
import type { Store } from '../store/store.ts';
import { createReadHeader } from './header.ts';
import { rehearsalOf } from './namespace.ts';
import { openRehearsal, type RehearsalGate } from './open-rehearsal.ts';

export interface RehearsalsParts {
  settings(): Settings;
  published(): PublishedRehearsals | undefined;
  /** What the real gate is made of. */
  parts: AppParts;
  forwarder(): Forwarder;
  store: Store;
  clock: Clock;
  log: Log;
}

export type Rehearsals = ReturnType<typeof createRehearsals>;

const LOOK_MS = 250;
/** Rooms that a killed gateway left behind are looked for in every so manieth look. */
const CLEAN_EVERY = 20;
/** Another gateway may have heard of a rehearsal before this one does, but not so long before. */
const STRANGE_MS = 600_000;

export function createRehearsals(parts: RehearsalsParts) {
  const { clock, log, store } = parts;
  const readHeader = createReadHeader(parts.published, clock);
  const gates = new Map<string, Promise<RehearsalGate>>();
  /** Rehearsals that are none here and have rooms in the store: since when, by the monotonic clock. */
  const over = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;

  const live = (): readonly PublishedRehearsal[] =>
    (parts.published()?.live ?? []).filter(({ expiresAt }) => Date.parse(expiresAt) > clock.wallMs());
  const failed = (error: unknown) =>
    log.sample('rehearsal', 'error', () => ({ error: String(error) }), 'a rehearsal’s gate broke');

  function open(rehearsal: PublishedRehearsal): Promise<RehearsalGate> {
    const gate = openRehearsal(rehearsal, { ...parts.parts, settings: parts.settings() }, parts.forwarder());
    gate.catch((error) => {
      gates.delete(rehearsal.id);
      failed(error);
    });
    gates.set(rehearsal.id, gate);
    log.say('info', { rehearsal: rehearsal.id, until: rehearsal.expiresAt }, 'a rehearsal begins');
    return gate;
  }

  async function end(id: string): Promise<void> {
    const gate = gates.get(id);
    gates.delete(id);
    over.set(id, Number.NEGATIVE_INFINITY);
    log.say('info', { rehearsal: id }, 'a rehearsal is over: its rooms go');
    await (await gate)?.end();
    log.say('info', { rehearsal: id }, 'its gate is closed');
  }

  function look(): void {
    const now = live();
    for (const rehearsal of now) if (!gates.has(rehearsal.id)) open(rehearsal);
    for (const id of gates.keys()) if (!now.some((rehearsal) => rehearsal.id === id)) end(id).catch(failed);
    if (++looks % CLEAN_EVERY === 0) clean(now).catch(failed);
  }

  async function clean(now: readonly PublishedRehearsal[]): Promise<void> {
    if (parts.published() === undefined) return;
    const nowMs = clock.monotonicMs();
    const left = new Set<string>();
    for (const room of await store.remembers()) {
      const id = rehearsalOf(room);
      if (id === null || gates.has(id) || now.some((rehearsal) => rehearsal.id === id)) continue;
      left.add(id);
      const sinceMs = over.get(id) ?? nowMs;
      over.set(id, sinceMs);
      if (nowMs - sinceMs > STRANGE_MS) await store.forget(room, 'at-once');
    }
    for (const id of over.keys()) if (!left.has(id)) over.delete(id);
  }

  async function gateOf(header: string): Promise<Gate | null> {
    const id = await readHeader(header);
    const rehearsal = live().find((one) => one.id === id);
    if (rehearsal === undefined) return null;
    return (await (gates.get(rehearsal.id) ?? open(rehearsal))).gate;
  }

  return {
    /** Hands over the gate of the header's rehearsal; null: it is of none that is under way. */
    find(header: string, then: (gate: Gate | null) => void): void {
      gateOf(header).then(then, () => then(null));
    },
    start(): void {
      look();
      timer = setInterval(look, LOOK_MS).unref();
    },
    /** The real gate has taken another configuration. */
    async follow(): Promise<void> {
      for (const gate of gates.values())
        await gate.then((open) => open.follow(parts.settings())).catch(failed);
    },
    startDraining(): void {
      for (const gate of gates.values()) gate.then((open) => open.gate.startDraining(), failed);
    },
    /** They go on when the gateway is there again. */
    async close(): Promise<void> {
      clearInterval(timer);
      for (const gate of gates.values()) await gate.then((open) => open.close()).catch(failed);
    },
  };
}
