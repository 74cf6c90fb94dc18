/** Counts what became of forwarded requests since the gateway runs its present revision: what a new one is judged by. */
import type { RevisionTotals } from '../control/words.ts';

/** Upper bounds of the buckets, ms; one more is for what lies above all of them. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000,
];

export interface Totals {
  /** Counts anew. */
  start(revision: number, nowMs: number): void;
  forwarded(isUnqueued: boolean): void;
  ended(ms: number, hasFailed: boolean): void;
  read(nowMs: number): RevisionTotals;
}

export function createRevisionTotals(): Totals {
  let [revision, sinceMs, forwarded, failed, unqueued] = [0, 0, 0, 0, 0];
  const latency = new Float64Array(LATENCY_BOUNDS_MS.length + 1);

  return {
    start(next, nowMs) {
      [revision, sinceMs, forwarded, failed, unqueued] = [next, nowMs, 0, 0, 0];
      latency.fill(0);
    },
    forwarded(isUnqueued) {
      forwarded++;
      if (isUnqueued) unqueued++;
    },
    ended(ms, hasFailed) {
      if (hasFailed) failed++;
      let bucket = 0;
      while (bucket < LATENCY_BOUNDS_MS.length && ms > LATENCY_BOUNDS_MS[bucket]!) bucket++;
      latency[bucket] = latency[bucket]! + 1;
    },
    read(nowMs) {
      const seconds = Math.round((nowMs - sinceMs) / 100) / 10;
      return { revision, seconds, forwarded, failed, unqueued, latency: [...latency] };
    },
  };
}
