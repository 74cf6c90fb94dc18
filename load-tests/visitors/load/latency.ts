/** Latencies by hdr-histogram, in ms with a step of 1 %: kept by each process, sent as text, merged by the one that reports. */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import type { Latency } from '../load-words.ts';

/** Kept in µs; nobody waits longer than an hour for an answer. */
const MOST_US = 3_600_000_000;

export function newHistogram(): Histogram {
  return build({ highestTrackableValue: MOST_US, numberOfSignificantValueDigits: 2, bitBucketSize: 32 });
}

export function recordMs(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(MOST_US, Math.max(0, Math.round(ms * 1_000))));
}

export function packed(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

export function merged(texts: readonly string[]): Histogram {
  const sum = newHistogram();
  for (const text of texts) sum.add(decodeFromCompressedBase64(text, 32, false) as typeof sum);
  return sum;
}

/** Null: nothing was recorded. */
export function percentileMs(histogram: Histogram, percentile: number): number | null {
  return histogram.totalCount === 0 ? null : histogram.getValueAtPercentile(percentile) / 1_000;
}

export function latencyOf(histogram: Histogram): Latency {
  const at = (percentile: number) => percentileMs(histogram, percentile) ?? 0;
  return { p50: at(50), p95: at(95), p99: at(99), most: at(100), requests: histogram.totalCount };
}
