/** The buckets of latencies: each bound is √2 times the one before, so that a quantile is known to a fifth, and windows merge by adding. */

/** Upper bounds of the buckets, ms: 1 × √2^i, up to two minutes. What is longer goes into one more bucket. */
export const LATENCY_STEPS: readonly number[] = Array.from({ length: 35 }, (_, step) => 2 ** (step / 2));
export const LATENCY_BUCKETS = LATENCY_STEPS.length + 1;

/** The first bucket whose bound is not below `ms`. */
export function latencyBucket(ms: number): number {
  if (ms <= 1) return 0;
  return Math.min(Math.ceil(2 * Math.log2(ms)), LATENCY_BUCKETS - 1);
}
