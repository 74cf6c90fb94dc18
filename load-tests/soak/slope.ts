/** How fast a figure grows: a line by least squares, with the interval that its slope lies in by 95 %. */

export interface Point {
  atMs: number;
  value: number;
}

export interface Slope {
  perHour: number;
  /** The interval by 95 %. */
  low: number;
  high: number;
  /** Points that tell as much as those that were seen, which follow one another. */
  independentPoints: number;
}

const HOUR_MS = 3_600_000;
/** Below this a line says nothing of what was scattered round it. */
const LEAST_POINTS = 3;

/**
 * Least squares; the standard error is that of so many independent points as the residuals' correlation r from one to the next
 * leaves: n' = n (1 − r) / (1 + r), for memory climbs and falls in saws, and neighbours tell the same thing (B. D. Santer et
 * al., Statistical significance of trends, J. Geophys. Res. 105, 2000). Null: too few points.
 */
export function slopeOf(points: readonly Point[]): Slope | null {
  const n = points.length;
  if (n < LEAST_POINTS) return null;
  const hours = points.map(({ atMs }) => atMs / HOUR_MS);
  const values = points.map(({ value }) => value);
  const [meanHour, meanValue] = [mean(hours), mean(values)];
  const spread = sum(hours.map((hour) => (hour - meanHour) ** 2));
  if (spread === 0) return null;
  const perHour =
    sum(hours.map((hour, i) => (hour - meanHour) * ((values[i] as number) - meanValue))) / spread;
  const residuals = hours.map((hour, i) => (values[i] as number) - meanValue - perHour * (hour - meanHour));
  const independentPoints = independentOf(residuals);
  const freedom = Math.max(1, independentPoints - 2);
  const standardError = Math.sqrt(sum(residuals.map((one) => one ** 2)) / freedom / spread);
  const half = student975(freedom) * standardError;
  return { perHour, low: perHour - half, high: perHour + half, independentPoints };
}

function independentOf(residuals: readonly number[]): number {
  const n = residuals.length;
  const square = sum(residuals.map((one) => one ** 2));
  if (square === 0) return n;
  const next = sum(residuals.slice(1).map((one, i) => one * (residuals[i] as number)));
  const r = Math.min(0.99, Math.max(0, next / square));
  return Math.max(LEAST_POINTS, (n * (1 - r)) / (1 + r));
}

const Z = 1.959964;

/** The 97.5 % quantile of Student's t, by Cornish and Fisher's expansion (Abramowitz and Stegun 26.7.5); exact at one degree. */
export function student975(freedom: number): number {
  if (freedom < 2) return 12.706;
  const terms = [
    Z,
    (Z ** 3 + Z) / 4,
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96,
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384,
  ];
  return sum(terms.map((term, i) => term / freedom ** i));
}

const sum = (figures: readonly number[]): number => figures.reduce((all, one) => all + one, 0);
const mean = (figures: readonly number[]): number => sum(figures) / figures.length;
