/** What a gateway remembers of a room in its n-th second: every figure tells which second it was. */
import type { KnownLease } from '../../gateway/line/words.ts';
import type { RememberedRoom } from '../../gateway/store/gateway-memory.ts';
import { lawOf } from './law.ts';

const START_MS = Date.parse('2026-11-01T12:00:00Z');

export function rememberedRoom(second: number, leases = 0): RememberedRoom {
  const lastAt = START_MS + second * 1000;
  return {
    law: lawOf({ limits: { sessions: 300 } }),
    revision: 1,
    floors: {
      ...{ epoch: 1, seq: second, fence: 0, outstanding: 3, seats: null, seatsRev: 0 },
      ...{ lanes: { default: { issued: second * 10, serving: second } }, state: 'open', stateRev: 0 },
      ...{ drawBase: null, drawSize: null },
    },
    lastAt,
    heardWallMs: lastAt + 7,
    leases: Array.from({ length: leases }, (_, index) => leaseOf(index, lastAt)),
  };
}

/** Of all kinds; the higher the index, the longer it runs. */
export function leaseOf(index: number, at: number): KnownLease {
  return {
    id: `visitor-${index}-0123456789abcdef`,
    startedAt: at - 1000,
    leaseUntil: at + 60_000 + index,
    spent: index % 2 === 0,
    registered: index % 3 === 0,
    isNew: index % 5 === 0,
  };
}
