/** Draws admission, latency and goodput over time, one row for each shape, one line for each kind of limit. */
import { svgPicture } from '../../svg.ts';
import type { Arm, Comparison } from './compare.ts';
import type { Second } from './play.ts';
import { RUN_SECONDS } from './shapes.ts';

const WIDTH = 330;
const HEIGHT = 96;
const GAP = { x: 46, y: 46 };
const TOP = 56;
/** Seconds that make one point. */
const POINT = 6;

interface Chart {
  title: string;
  unit: string;
  value(seconds: readonly Second[]): number;
  /** Beyond it a line is cut off: one arm's collapse would flatten all others. */
  most?: number;
}

const perSecond = (key: 'admitted' | 'good') => (seconds: readonly Second[]) =>
  seconds.reduce((sum, one) => sum + one[key], 0) / seconds.length;

function meanMs(seconds: readonly Second[]): number {
  const answers = seconds.reduce((sum, one) => sum + one.answers, 0);
  return answers === 0 ? 0 : seconds.reduce((sum, one) => sum + one.totalMs, 0) / answers;
}

const CHARTS: readonly Chart[] = [
  { title: 'admission', unit: '/s', value: perSecond('admitted'), most: 80 },
  { title: 'latency', unit: 'ms', value: meanMs, most: 2000 },
  { title: 'goodput', unit: '/s', value: perSecond('good') },
];

const ARMS = [
  { key: 'none', name: 'no limit', colour: '#9ca3af' },
  { key: 'double', name: 'double', colour: '#dc2626' },
  { key: 'right', name: 'right', colour: '#16a34a' },
  { key: 'adaptive', name: 'adaptive', colour: '#2f81f7' },
] as const;

export function controlSvg(comparisons: readonly Comparison[]): string {
  const width = CHARTS.length * (WIDTH + GAP.x) + GAP.x;
  const height = TOP + comparisons.length * (HEIGHT + GAP.y) + 10;
  const rows = comparisons.map((comparison, i) => row(comparison, TOP + i * (HEIGHT + GAP.y)));
  return svgPicture({
    ...{ width, height, title: 'Admission, latency and good answers over time on twelve shapes of platform' },
    body: [legend(), ...rows],
  });
}

const legend = (): string =>
  ARMS.map(
    ({ name, colour }, i) =>
      `<text x="${GAP.x + i * 90}" y="24" font-weight="600" fill="${colour}">${name}</text>`,
  ).join('\n');

function row(comparison: Comparison, y: number): string {
  const name = `<text class="ink" x="${GAP.x}" y="${y - 4}" font-weight="600">${comparison.shape.name}</text>`;
  return [name, ...CHARTS.map((chart, i) => panel(comparison, chart, GAP.x + i * (WIDTH + GAP.x), y))].join(
    '\n',
  );
}

function panel(comparison: Comparison, chart: Chart, x: number, y: number): string {
  const lines = ARMS.map(({ key, colour }) => ({ colour, values: valuesOf(comparison[key], chart) }));
  const highest = Math.max(1, ...lines.flatMap(({ values }) => values));
  const most = Math.min(highest, chart.most ?? highest);
  const drawn = lines.map(
    ({ values, colour }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="1.3" points="${points(values, most, x, y)}"/>`,
  );
  const label = `<text class="ink" x="${x + WIDTH}" y="${y - 4}" text-anchor="end">${chart.title}, to ${Math.round(most)} ${chart.unit}</text>`;
  return [
    `<rect class="frame" x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}"/>`,
    ...[label, ...drawn],
  ].join('\n');
}

function valuesOf({ played }: Arm, chart: Chart): number[] {
  const values: number[] = [];
  for (let at = 0; at + POINT <= RUN_SECONDS; at += POINT) {
    values.push(chart.value(played.seconds.slice(at, at + POINT)));
  }
  return values;
}

function points(values: readonly number[], most: number, x: number, y: number): string {
  return values
    .map((value, i) => {
      const across = x + (i * WIDTH) / (values.length - 1);
      const up = y + HEIGHT - (Math.min(value, most) / most) * HEIGHT;
      return `${across.toFixed(0)},${up.toFixed(0)}`;
    })
    .join(' ');
}
