/**
 * Whether a floor grows steadily, beyond what the load explains. Pure.
 *
 * Of the least values in bins of equal length: their Theil–Sen slope (the median of all pairs' slopes: a burst or a step cannot
 * bend it) less the load's own slope times what the value was to the load at first. Growth counts where
 * each quarter's floor lies above the one before by a fair part of the whole, and all of it well above the scatter around the line.
 * (P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, 1968.)
 */

export interface Bin {
  /** Least value seen. */
  least: number;
  /** Mean load. */
  load: number;
}

export interface SteadyGrowth {
  /** A bin, beyond what the load explains. */
  slope: number;
  /** Over all bins. */
  rise: number;
}

const QUARTERS = 4;
/** Of an even share of the rise, that each quarter must bring. */
const FAIR_PART = 0.35;
/** The rise against the median distance from the line. */
const BEYOND_SCATTER = 5;
/** A value may be so many times its load: idle connections beside busy ones. */
const MOST_BY_LOAD = 4;

/** Null: it does not, or not steadily. */
export function steadyGrowth(bins: readonly Bin[]): SteadyGrowth | null {
  const values = bins.map((bin) => bin.least);
  const loads = bins.map((bin) => bin.load);
  const byLoad = Math.max(1, Math.min(MOST_BY_LOAD, first(values) / Math.max(first(loads), 0.5)));
  const slope = theilSen(values) - byLoad * Math.max(0, theilSen(loads));
  const rise = slope * (bins.length - 1);
  if (rise <= 0 || rise < BEYOND_SCATTER * scatter(values)) return null;
  return climbs(values, (FAIR_PART * rise) / QUARTERS) ? { slope, rise } : null;
}

/** Median of the slopes of all pairs, a step. */
export function theilSen(values: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++)
    for (let j = i + 1; j < values.length; j++) slopes.push((values[j]! - values[i]!) / (j - i));
  return median(slopes);
}

function climbs(values: readonly number[], least: number): boolean {
  const size = values.length / QUARTERS;
  let before = Number.NEGATIVE_INFINITY;
  for (let quarter = 0; quarter < QUARTERS; quarter++) {
    const floor = Math.min(...values.slice(quarter * size, (quarter + 1) * size));
    if (floor - before < least) return false;
    before = floor;
  }
  return true;
}

/** Median distance from the line through the medians. */
function scatter(values: readonly number[]): number {
  const slope = theilSen(values);
  const rests = values.map((value, i) => value - slope * i);
  const middle = median(rests);
  return median(rests.map((rest) => Math.abs(rest - middle)));
}

function first(values: readonly number[]): number {
  const quarter = values.slice(0, values.length / QUARTERS);
  return quarter.reduce((sum, value) => sum + value, 0) / quarter.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
