/** Whether a figure stayed where it was through a soak: flat, grows, or undecided, each with what it was judged by. */
import { type Point, type Slope, slopeOf } from './slope.ts';

export type Verdict = 'flat' | 'grows' | 'undecided';

export interface Figure {
  name: string;
  unit: string;
  /** Growth an hour that nobody minds. */
  boundPerHour: number;
}

export interface Series {
  figure: Figure;
  points: readonly Point[];
}

export interface Judged {
  name: string;
  unit: string;
  /** Of the part that is judged. */
  first: number | null;
  last: number | null;
  median: number | null;
  points: number;
  slope: Slope | null;
  boundPerHour: number;
  verdict: Verdict;
}

/** Fewer points decide nothing. */
const LEAST_POINTS = 12;
/** An interval that reaches so many bounds upwards hides what it should find. */
const TOO_WIDE = 10;

/** What came before `fromMs` is the warm-up: code is compiled, pools and caches fill. */
export function judge({ figure, points }: Series, fromMs: number): Judged {
  const judged = points.filter(({ atMs }) => atMs >= fromMs);
  const slope = slopeOf(judged);
  const values = judged.map(({ value }) => value).toSorted((a, b) => a - b);
  return {
    ...figure,
    first: judged[0]?.value ?? null,
    last: judged.at(-1)?.value ?? null,
    median: values[Math.floor(values.length / 2)] ?? null,
    points: judged.length,
    slope,
    verdict:
      judged.length < LEAST_POINTS || slope === null ? 'undecided' : verdictOf(slope, figure.boundPerHour),
  };
}

/** Flat: slower than the bound, or it may as well not grow at all. Grows: faster than the bound, and not by chance. */
function verdictOf({ perHour, low, high }: Slope, boundPerHour: number): Verdict {
  if (low > 0 && perHour > boundPerHour) return 'grows';
  return high > TOO_WIDE * boundPerHour ? 'undecided' : 'flat';
}
