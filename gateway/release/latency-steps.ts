/** The buckets that latencies are counted in: 1 ms × √2^i, so that each is known within a fifth; the last bucket has no upper bound. */

/** Upper bounds, ms: 1 ms to 92.7 s. A count has one place more than there are bounds. */
export const LATENCY_STEPS: readonly number[] = Array.from({ length: 34 }, (_, i) => Math.SQRT2 ** i);

export const LATENCY_BUCKETS = LATENCY_STEPS.length + 1;

/** The bucket of a latency, without a search: i = ⌈2 · log2(ms)⌉. */
export function latencyBucket(ms: number): number {
  if (!(ms > 1)) return 0;
  return Math.min(LATENCY_STEPS.length, Math.ceil(2 * Math.log2(ms)));
}
