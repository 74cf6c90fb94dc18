/** Opens the gate of one rehearsal: shares store, keys and the platform's connections with the real one, and nothing else. */
import type { Settings } from '../../config/settings.ts';
import type { PublishedRehearsal } from '../control/words.ts';
import type { Forwarder } from '../forward/forwarder.ts';
import { createGate, type Gate } from '../gate.ts';
import type { AppParts, GateParts } from '../long-lived.ts';
import type { FollowedOverrides } from '../overrides/follow.ts';
import { rehearsedRooms } from './namespace.ts';
import { rehearsedSettings } from './settings.ts';

export interface RehearsalGate {
  gate: Gate;
  follow(settings: Settings): Promise<void>;
  /** Its rooms stay in the store. */
  close(): Promise<void>;
  /** Its rooms go, whoever waits or is inside. */
  end(): Promise<void>;
}

/** An operator's word of one real room says nothing of those that are only played in. */
const NO_OVERRIDES: FollowedOverrides = {
  of: () => undefined,
  all: () => [],
  letsBy: () => false,
  start: async () => {},
  stop: async () => {},
};

/** What is learned from played visitors is nothing to know in another life. */
const NOTHING_LEARNED = { read: async () => null, write: async () => {} };

export async function openRehearsal(
  rehearsal: PublishedRehearsal,
  parts: AppParts,
  ahead: Forwarder,
): Promise<RehearsalGate> {
  const { id, prefix } = rehearsal;
  const council = parts.openCouncil?.(prefix);
  const store = rehearsedRooms(parts.store, prefix);
  const own: GateParts = {
    ...parts,
    ...{ store, ahead, rehearsal: id, lossesFound: 0, traces: null, reports: null },
    settings: rehearsedSettings(parts.settings, rehearsal),
    overrides: NO_OVERRIDES,
    learned: NOTHING_LEARNED,
    messages: (room) => parts.messages(room?.slice(prefix.length) ?? null),
  };
  // Never the real rooms' own.
  delete own.council;
  if (council !== undefined) own.council = council.council;
  const gate = await createGate(own);
  await gate.longLived.forwarder.firstLook();

  async function close(): Promise<void> {
    await gate.close();
    await gate.server.close();
  }

  return {
    gate,
    async follow(settings) {
      const next = rehearsedSettings(settings, rehearsal);
      await gate.take(next, gate.prepare(next));
    },
    async close() {
      await close();
      await council?.close();
    },
    async end() {
      await close();
      await council?.disband();
      for (const room of await store.remembers()) await store.forget(room, 'at-once');
    },
  };
}
