/** Counts every request of the last minute by its address, in bounded memory; what is told of it is worked out when it is asked for. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { AddressCount, RevisionTotals, TrafficWindow } from '../control/words.ts';
import { AddressTable, FAILED, FORWARDED, NOT_FOUND, REQUESTS, TOTAL_MS } from './address-table.ts';
import { Begun } from './begun.ts';
import { type DryRunResult, dryRun, type Judge, type Remembered } from './dry-run.ts';
import { capturedKeys } from './event-keys.ts';
import { Examples } from './examples.ts';
import { createNaming, isUnqueued } from './naming.ts';
import { createRevisionTotals } from './revision-totals.ts';
import { createRoomValues } from './room-values.ts';
import { createSlots, SLOTS } from './slots.ts';
import { ToldExamples } from './told-examples.ts';
import type { SeenRequest } from './words.ts';

export interface TrafficParts {
  clock: Pick<Clock, 'monotonicMs'>;
  settings: Settings;
  /** 0 ≤ x < 1: which requests are kept as examples. */
  random?: () => number;
}

export interface Traffic {
  /** A request that is over. Never throws. */
  count(seen: SeenRequest): void;
  /** A request that goes out to the platform now: counted before it is answered, for a platform in distress answers late. */
  begin(seen: SeenRequest): Begun;
  /** What became of it: `status` 0 where nothing was answered. */
  end(begun: Begun, status: number, ms: number, hasFailed: boolean): void;
  /** Up to the last 60 s, since the present rules are in force. */
  window(): TrafficWindow;
  /** Since the present revision. */
  totals(): RevisionTotals;
  /** Judges the examples of the last 60 s by both, weighted by how often their addresses were asked for. */
  dryRun(judge: Judge, present: Judge): DryRunResult;
  /** The rules in force from now on: what was judged by older ones is told no more, and the totals count anew. */
  follow(settings: Settings): void;
}

const MOST_ADDRESSES = 2_000;
const MOST_TOLD = 300;

export function createTraffic({ clock, settings, random = Math.random }: TrafficParts): Traffic {
  let followed = judgementOf(settings);
  const examples = new Examples(MOST_ADDRESSES, random);
  const table = new AddressTable({
    ...{ capacity: MOST_ADDRESSES, slots: SLOTS, seed: Math.floor(random() * 2 ** 32) },
    onLeave: (entry) => examples.forget(entry),
  });
  const requests = new Float64Array(SLOTS);
  const forwarded = new Float64Array(SLOTS);
  const slots = createSlots(clock.monotonicMs(), (slot) => {
    requests[slot] = 0;
    forwarded[slot] = 0;
    table.clear(slot);
  });
  const totals = createRevisionTotals();
  const values = createRoomValues();
  let naming = createNaming(settings, values);
  const told = new ToldExamples(capturedKeys(settings));
  let underPrefix = `${settings.prefix}/`;
  let sinceMs = Number.NEGATIVE_INFINITY;
  totals.start(settings.revision, clock.monotonicMs());

  function take(seen: SeenRequest, nowMs: number): Begun {
    slots.moveTo(nowMs);
    const startedMs = nowMs - seen.ms;
    const slot = slots.slotOf(startedMs);
    if (slot < 0) return new Begun(0, 0, slot, startedMs);
    const names = naming(seen, nowMs);
    const wasFull = table.isFull;
    const entry = table.hit(seen, names, slot);
    const hits = table.hits[entry]!;
    // While invented addresses take one another's places, only who comes twice is worth remembering.
    if (hits > 1 || !wasFull) examples.offer(entry, seen, hits);
    requests[slot] = requests[slot]! + 1;
    if (seen.forwarded) {
      forwarded[slot] = forwarded[slot]! + 1;
      table.add(entry, slot, FORWARDED, 1);
      if (startedMs >= sinceMs) totals.forwarded(isUnqueued(table.facts(entry)));
    }
    return new Begun(entry, table.admissions[entry]!, slot, startedMs);
  }

  function end(begun: Begun, status: number, ms: number, hasFailed: boolean): void {
    const { entry, slot, startedMs } = begun;
    if (startedMs >= sinceMs) totals.ended(ms, hasFailed);
    if (table.admissions[entry] !== begun.admission || slots.slotOf(startedMs) < 0) return;
    if (hasFailed) table.add(entry, slot, FAILED, 1);
    else if (status >= 400 && status < 500) table.add(entry, slot, NOT_FOUND, 1);
    table.add(entry, slot, TOTAL_MS, ms);
  }

  /** No server could be reached: a revision is judged by that, too. */
  function countUnsent(ms: number): void {
    totals.forwarded(false);
    totals.ended(ms, true);
  }

  function addressOf(entry: number, inSlots: readonly number[]): AddressCount {
    const sum = (field: number) => table.sum(entry, field, inSlots);
    return {
      ...{ host: table.host(entry), pathShape: table.shape(entry), ...table.facts(entry) },
      ...{ requests: sum(REQUESTS), forwarded: sum(FORWARDED) },
      ...{ failed: sum(FAILED), notFound: sum(NOT_FOUND), totalMs: Math.round(sum(TOTAL_MS)) },
      examples: told.of(examples.of(entry)),
    };
  }

  function* remembered(inSlots: readonly number[]): Iterable<Remembered> {
    for (const entry of table.entries()) {
      const kept = examples.of(entry);
      const path = kept[0]?.target ?? '';
      const count = table.sum(entry, REQUESTS, inSlots);
      if (count === 0 || path === '' || path.startsWith(underPrefix)) continue;
      yield {
        ...{ host: table.host(entry), pathShape: table.shape(entry) },
        ...{ requests: count, examples: kept },
      };
    }
  }

  return {
    count(seen) {
      const begun = take(seen, clock.monotonicMs());
      if (seen.forwarded) end(begun, seen.status, seen.ms, seen.status >= 500);
      else if (seen.state === 'failed' && begun.startedMs >= sinceMs) countUnsent(seen.ms);
    },
    begin: (seen) => take(seen, clock.monotonicMs()),
    end,
    window() {
      const nowMs = clock.monotonicMs();
      slots.moveTo(nowMs);
      const { slots: inSlots, seconds } = slots.window(nowMs, true);
      const all = inSlots.reduce((sum, slot) => sum + requests[slot]!, 0);
      told.begin();
      const byAddress = busiest(table, inSlots).map((entry) => addressOf(entry, inSlots));
      return {
        windowSeconds: seconds,
        requests: all,
        forwarded: inSlots.reduce((sum, slot) => sum + forwarded[slot]!, 0),
        others: byAddress.reduce((left, address) => left - address.requests, all),
        byAddress,
      };
    },
    totals: () => totals.read(clock.monotonicMs()),
    dryRun(judge, present) {
      const nowMs = clock.monotonicMs();
      slots.moveTo(nowMs);
      return dryRun(remembered(slots.window(nowMs, false).slots), judge, present);
    },
    follow(next) {
      const nowMs = clock.monotonicMs();
      const judgement = judgementOf(next);
      if (judgement !== followed) {
        slots.cut(nowMs);
        sinceMs = nowMs;
        followed = judgement;
      }
      totals.start(next.revision, nowMs);
      naming = createNaming(next, values);
      told.follow(capturedKeys(next));
      underPrefix = `${next.prefix}/`;
    },
  };
}

function busiest(table: AddressTable, slots: readonly number[]): number[] {
  const weights = new Float64Array(MOST_ADDRESSES);
  const asked: number[] = [];
  for (const entry of table.entries()) {
    const weight = table.weight(entry, slots);
    weights[entry] = weight;
    if (weight > 0) asked.push(entry);
  }
  return asked.sort((a, b) => weights[b]! - weights[a]!).slice(0, MOST_TOLD);
}

/** What decides where a request goes: while it is the same, the window tells of it. */
function judgementOf({ rules, default: fallback, rooms, launches, upstreams }: Settings): string {
  const names = Object.entries(rooms).map(([name, { known, mode }]) => [
    name,
    known === 'any' ? 'any' : [...known],
    mode,
  ]);
  return JSON.stringify([rules, fallback, names, launches, upstreams]);
}
