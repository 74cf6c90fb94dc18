/** Draws a forecast: arrivals a minute, and below them the line over time at each of the limits, all at one scale. Pure. */
import { svgPicture, svgText } from '../../svg.ts';
import { shownTime } from '../play/shown.ts';
import type { Forecast, Outcome } from './words.ts';

const WIDTH = 640;
const HEIGHT = 150;
const LEFT = 56;
const TOP = 34;
const GAP = 52;
/** Legible on a light and on a dark page. */
const COLOURS = ['#2f81f7', '#dc2626', '#16a34a', '#d97706', '#9333ea', '#0891b2'];

interface Panel {
  y: number;
  title: string;
  highest: number;
  seconds: number;
}

export function forecastSvg(forecast: Forecast): string {
  const { title, visitors, arrivals, outcomes } = forecast;
  const seconds = Math.max(
    arrivals.perMinute.length * 60,
    ...outcomes.map(({ line }) => line.waiting.length * line.everySeconds),
  );
  const come = { ...at(0), title: 'arrivals a minute', highest: Math.max(1, ...arrivals.perMinute), seconds };
  const longest = Math.max(1, ...outcomes.map(({ longestLine }) => longestLine));
  const line = { ...at(1), title: 'in line', highest: longest, seconds };
  const legendTop = line.y + HEIGHT + GAP - 12;
  return svgPicture({
    width: LEFT + WIDTH + 20,
    height: legendTop + outcomes.length * 18 + 8,
    title: `${title}: ${visitors} visitors, and the line that is foreseen at ${outcomes.length} limits`,
    body: [
      ...frame(come),
      path(come, '#6b7280', arrivals.perMinute, 60),
      ...frame(line),
      ...outcomes.map((one, index) => path(line, colour(index), one.line.waiting, one.line.everySeconds)),
      ...outcomes.map((one, index) => legend(one, index, legendTop + index * 18)),
    ],
  });
}

const at = (index: number) => ({ y: TOP + index * (HEIGHT + GAP) });
const colour = (index: number) => COLOURS[index % COLOURS.length]!;

function frame({ y, title, highest, seconds }: Panel): string[] {
  const text = (x: number, down: number, anchor: string, words: string) =>
    `<text class="faint" x="${x}" y="${down}" text-anchor="${anchor}">${words}</text>`;
  return [
    `<rect class="frame" x="${LEFT}" y="${y}" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="ink" x="${LEFT}" y="${y - 8}" font-weight="600">${title}</text>`,
    text(LEFT - 6, y + 10, 'end', Math.round(highest).toLocaleString('en-GB')),
    text(LEFT - 6, y + HEIGHT, 'end', '0'),
    text(LEFT, y + HEIGHT + 16, 'start', '0'),
    text(LEFT + WIDTH, y + HEIGHT + 16, 'end', shownTime(seconds)),
  ];
}

/** Each value at the end of its time. */
function path(panel: Panel, stroke: string, values: readonly number[], everySeconds: number): string {
  const points = values.map((value, index) => {
    const x = LEFT + Math.min(1, ((index + 1) * everySeconds) / panel.seconds) * WIDTH;
    const y = panel.y + HEIGHT - (value / panel.highest) * HEIGHT;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return `<polyline fill="none" stroke="${stroke}" stroke-width="1.6" points="${points.join(' ')}"/>`;
}

function legend(
  { label, longestLine, drainedAfterSeconds, waitSeconds }: Outcome,
  index: number,
  y: number,
): string {
  const drained =
    drainedAfterSeconds === null ? 'not drained' : `drained after ${shownTime(drainedAfterSeconds)}`;
  const waits = waitSeconds === null ? '' : `, 95 of 100 wait ${shownTime(waitSeconds.p95)} at most`;
  const words = `${label}: at most ${longestLine.toLocaleString('en-GB')} in line, ${drained}${waits}`;
  return [
    `<rect x="${LEFT}" y="${y - 8}" width="14" height="4" fill="${colour(index)}"/>`,
    `<text class="ink" x="${LEFT + 22}" y="${y}">${svgText(words)}</text>`,
  ].join('\n');
}
