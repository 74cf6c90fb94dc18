/** Counts failed sign-ins by client address, in memory and bounded: after ten within a minute the address is told to wait. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../gateway/clock.ts';

export interface Failures {
  /** Counts one; null, or how long the address is to wait. */
  note(address: string): number | null;
}

const MOST_IN_WINDOW = 10;
const WINDOW_MS = 60_000;
/** More addresses than that push out those that were quiet for longest. */
const MOST_ADDRESSES = 10_000;

interface Counted {
  count: number;
  sinceMs: number;
}

export function createFailures(clock: Pick<Clock, 'monotonicMs'>): Failures {
  const byAddress = new LRUCache<string, Counted>({ max: MOST_ADDRESSES });
  return {
    note(address) {
      const now = clock.monotonicMs();
      const known = byAddress.get(address);
      const counted = known && now - known.sinceMs < WINDOW_MS ? known : { count: 0, sinceMs: now };
      counted.count += 1;
      byAddress.set(address, counted);
      if (counted.count <= MOST_IN_WINDOW) return null;
      return Math.max(1, Math.ceil((counted.sinceMs + WINDOW_MS - now) / 1_000));
    },
  };
}
