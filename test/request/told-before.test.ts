/** Several gateways heal one store side by side: whoever is told of second is inside all the same. */
import { expect, it } from 'vitest';
import type { KnownLease, SessionFacts, Touch } from '../../gateway/line/words.ts';
import type { Leases } from '../../gateway/request/leases.ts';
import { touchKnown } from '../../gateway/request/outage-touch.ts';
import { createRestore } from '../../gateway/request/restore.ts';
import type { Pass } from '../../gateway/request/token-claims.ts';
import type { Store } from '../../gateway/store/store.ts';

const SESSION: SessionFacts = { id: 'typist', startedAt: 0, leaseUntil: 60_000 };
const KNOWN: KnownLease = { ...SESSION, spent: true, registered: false, isNew: false };

/** It has lost the session; another gateway tells it of that just before this one does. */
function healingStore() {
  const live = new Set<string>();
  const view = { at: 0, endedSessions: [], lanes: {}, epoch: 1 };
  return {
    view,
    async touch(_room: string, touches: readonly Touch[]) {
      return { leases: touches.map(({ id }) => (live.has(id) ? SESSION : null)), view };
    },
    async restore(_room: string, leases: readonly KnownLease[]) {
      for (const { id } of leases) live.add(id);
      return 0;
    },
  };
}

it('a touch finds the session that another gateway has just restored', async () => {
  const store = healingStore() as unknown as Store;
  const answer = await touchKnown(store, 'event', [{ id: 'typist', how: 'active' }], () => KNOWN);
  expect(answer.leases).toEqual([SESSION]);
});

it('a pass finds the session that another gateway has just restored', async () => {
  const stage = healingStore();
  const store = stage as unknown as Store;
  const touch = async (room: string, id: string) =>
    (await store.touch(room, [{ id, how: 'active' }])).leases[0] ?? null;
  const restore = createRestore(store, { touch } as unknown as Leases);
  const pass = {
    id: 'typist',
    lane: 'default',
    epoch: 1,
    number: 0,
    fence: 0,
    startedAt: 0,
    expiresAt: 60_000,
  };
  const lease = await restore({ name: 'event' } as never, stage.view as never, pass as unknown as Pass);
  expect(lease).toEqual(SESSION);
});
