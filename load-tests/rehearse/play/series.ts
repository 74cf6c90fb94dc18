/** Scenes as series for charts: no more points than a chart can show. Pure. */
import type { RehearsalReport } from '../report-words.ts';
import type { Scene } from '../words.ts';

const MOST_POINTS = 600;

/** Several scenes make one point by their mean. */
export function seriesOf(scenes: readonly Scene[]): RehearsalReport['series'] {
  const size = Math.max(1, Math.ceil(scenes.length / MOST_POINTS));
  const points = Array.from({ length: Math.ceil(scenes.length / size) }, (_, index) =>
    scenes.slice(index * size, (index + 1) * size),
  );
  const names = new Set(scenes.flatMap(({ figures }) => Object.keys(figures)));
  const of = Object.fromEntries(
    [...names].map((name) => [
      name,
      points.map((point) => meanOf(point.map(({ figures }) => figures[name] ?? null))),
    ]),
  );
  return { atSeconds: points.map((point) => point.at(-1)?.atSeconds ?? 0), of };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Number(mean.toPrecision(6));
}
