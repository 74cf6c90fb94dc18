/** Adds and subtracts what gateways counted, and reads shares and percentiles from it. */
import type { RevisionTotals } from '../../gateway/control/words.ts';
import type { Sums } from './words.ts';

export const NO_TOTALS: Sums = { forwarded: 0, failed: 0, unqueued: 0, latency: [] };

export function sum(totals: readonly Sums[]): Sums {
  return totals.reduce((all, one) => combine(all, one, 1), NO_TOTALS);
}

/** What was counted since `mark`; all of it where the gateway began anew meanwhile. */
export function since(mark: RevisionTotals | undefined, now: RevisionTotals): Sums {
  const isSame = mark !== undefined && mark.revision === now.revision && mark.forwarded <= now.forwarded;
  return isSame ? combine(now, mark, -1) : now;
}

/** Null: nothing was counted. */
export function failedShare({ failed, forwarded }: Sums): number | null {
  return forwarded === 0 ? null : failed / forwarded;
}

/**
 * The time, ms, that `share` of the answers stayed within, as if the answers of a bucket were spread evenly over it: a
 * value that moves over a bound then moves by little. Beyond the last bound it is that bound.
 */
export function percentile({ latency }: Pick<Sums, 'latency'>, share: number): number | null {
  const wanted = latency.reduce((all, count) => all + count, 0) * share;
  if (wanted === 0) return null;
  let counted = 0;
  for (const [index, count] of latency.entries()) {
    const lower = index === 0 ? 0 : boundOf(index - 1);
    if (index === latency.length - 1) return lower;
    if (count > 0 && counted + count >= wanted)
      return lower + ((boundOf(index) - lower) * (wanted - counted)) / count;
    counted += count;
  }
  return null;
}

/** 1, 2, 5, 10, 20, 50, … */
function boundOf(index: number): number {
  return ([1, 2, 5][index % 3] as number) * 10 ** Math.floor(index / 3);
}

function combine(one: Sums, other: Sums, sign: 1 | -1): Sums {
  const buckets = Math.max(one.latency.length, other.latency.length);
  return {
    forwarded: one.forwarded + sign * other.forwarded,
    failed: one.failed + sign * other.failed,
    unqueued: one.unqueued + sign * other.unqueued,
    latency: Array.from({ length: buckets }, (_, index) =>
      Math.max(0, (one.latency[index] ?? 0) + sign * (other.latency[index] ?? 0)),
    ),
  };
}
