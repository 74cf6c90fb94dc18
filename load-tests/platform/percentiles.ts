/** Percentiles of any number of durations in a fixed amount of memory, right to within 5 %. */

const GROWTH = 1.05;
const SMALLEST_MS = 0.1;
// 0.1 ms × 1.05^400 is more than six hours: longer than any request lives.
const BUCKETS = 400;

export interface Percentiles {
  record(ms: number): void;
  /** The duration that a share (0..1) of all stayed below, in ms; 0 while there are none. */
  at(share: number): number;
  clear(): void;
}

export function createPercentiles(): Percentiles {
  const counts = new Uint32Array(BUCKETS);
  let total = 0;
  return {
    record(ms) {
      counts[bucketOf(ms)]! += 1;
      total += 1;
    },
    at(share) {
      return total === 0 ? 0 : boundOf(bucketAtRank(counts, Math.ceil(share * total)));
    },
    clear() {
      counts.fill(0);
      total = 0;
    },
  };
}

function bucketOf(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / SMALLEST_MS) / Math.log(GROWTH)));
}

function boundOf(bucket: number): number {
  return Math.round(SMALLEST_MS * GROWTH ** bucket * 10) / 10;
}

function bucketAtRank(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket]!;
    if (seen >= rank) return bucket;
  }
  return counts.length - 1;
}
