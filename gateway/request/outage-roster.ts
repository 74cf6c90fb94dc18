/** Who waits at this gateway while the store is lost, by order of their places: the first of them go in, and nobody else before. Pure. */

/** Held visitors ask again within 15 s: who has not been seen for longer holds nobody up. */
const SEEN_MS = 20_000;
/** More are not written down: they are behind all these. */
const MOST = 20_000;
/** Between two sortings, unless the number of free slots changes. */
const SORTED_MS = 200;

const UNSORTED = { free: -1, atMs: -Infinity, last: -Infinity };

export interface Roster {
  /** The holder of this place asks. */
  saw(order: number, nowMs: number): void;
  /** The holder went in, or gave the place up. */
  remove(order: number): void;
  /** One of the first `free` who were seen lately. */
  isAmongFirst(order: number, free: number, nowMs: number): boolean;
  isEmpty(nowMs: number): boolean;
}

export function createRoster(): Roster {
  const seenMs = new Map<number, number>();
  let sorted = UNSORTED;

  const forgetUnseen = (nowMs: number) => {
    for (const [order, at] of seenMs) {
      // In the order in which they were seen.
      if (nowMs - at <= SEEN_MS) return;
      seenMs.delete(order);
    }
  };
  /** The place of the last who may go in. */
  const lastOf = (free: number, nowMs: number): number => {
    if (free !== sorted.free || nowMs - sorted.atMs >= SORTED_MS) {
      forgetUnseen(nowMs);
      const orders = Float64Array.from(seenMs.keys()).sort();
      sorted = { free, atMs: nowMs, last: free >= orders.length ? Infinity : orders[free - 1]! };
    }
    return sorted.last;
  };

  return {
    saw(order, nowMs) {
      if (!seenMs.delete(order) && seenMs.size >= MOST) return;
      seenMs.set(order, nowMs);
    },
    remove(order) {
      if (seenMs.delete(order)) sorted = UNSORTED;
    },
    isAmongFirst: (order, free, nowMs) => free >= 1 && order <= lastOf(Math.floor(free), nowMs),
    isEmpty(nowMs) {
      forgetUnseen(nowMs);
      return seenMs.size === 0;
    },
  };
}
