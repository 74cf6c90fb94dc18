/** `headgate rehearse --forecast`: line and waits before any load is sent, at the limits that are configured or at several side by side. */
import { sparkline } from '../../surge/chart.ts';
import { forecastScenario } from '../forecast/forecast.ts';
import { forecastSvg } from '../forecast/picture.ts';
import type { Forecast, Outcome } from '../forecast/words.ts';
import { shownTime } from '../play/shown.ts';
import type { Scenario } from '../words.ts';
import { judgeSize } from './bounded.ts';
import { forecastScenarioOf } from './forecast-plan.ts';
import type { CommandParts } from './parts.ts';
import type { Typed } from './typed.ts';
import { writeAsked } from './whole-file.ts';

/** As many as the picture has columns. */
const COLUMNS = 30;

export async function forecastCommand(
  scenario: Scenario,
  typed: Typed,
  { stdout, stderr }: Pick<CommandParts, 'stdout' | 'stderr'>,
): Promise<number> {
  const { seed, visitors, limits, out, html, json } = typed;
  const foreseen = forecastScenarioOf(scenario, typed);
  judgeSize(foreseen, typed);
  const forecast = forecastScenario(foreseen, {
    ...{ seed, visitors: visitors ?? null },
    ...(limits === undefined ? {} : { limits: [{}, ...limits] }),
  });
  const document = `${JSON.stringify(forecast, null, 2)}\n`;
  if (out !== undefined) await writeAsked(out, document, stderr);
  if (html !== undefined) await writeAsked(html, pageOf(forecast), stderr);
  stdout.write(json === true ? document : `${forecastText(forecast).join('\n')}\n`);
  return 0;
}

/** The picture and the table, on a page that stands alone. */
function pageOf(forecast: Forecast): string {
  const plain = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const style =
    'body{font:16px/1.4 system-ui;margin:1rem;color-scheme:light dark}svg{max-width:100%;height:auto}';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Forecast: ${plain(forecast.title)}</title><style>${style}pre{overflow-x:auto}</style>
<h1>${plain(forecast.title)}</h1>
${forecastSvg(forecast)}
<pre>${plain(forecastText(forecast).slice(1).join('\n'))}</pre></html>
`;
}

type Cell = (outcome: Outcome) => string;

const ROWS: ReadonlyArray<readonly [string, Cell]> = [
  ['longest line', ({ longestLine }) => count(longestLine)],
  ['drained after', ({ drainedAfterSeconds: after }) => (after === null ? 'never' : shownTime(after))],
  ['half wait at most', ({ waitSeconds }) => waited(waitSeconds?.p50)],
  ['95 of 100 wait at most', ({ waitSeconds }) => waited(waitSeconds?.p95)],
  ['longest wait', ({ waitSeconds }) => waited(waitSeconds?.most)],
  ['most inside', ({ mostInside }) => count(mostInside)],
  ['admitted', ({ admitted }) => count(admitted)],
  ['walked away', ({ walkedAway }) => count(walkedAway)],
  ['turned away', ({ turnedAway }) => count(turnedAway)],
];

export function forecastText({ title, visitors, arrivals, outcomes }: Forecast): string[] {
  const width = Math.max(12, ...outcomes.map(({ label }) => label.length)) + 2;
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(24)}${cells.map((cell) => cell.padStart(width)).join('')}`;
  const highest = Math.max(1, ...outcomes.map(({ longestLine }) => longestLine));
  return [
    title,
    `${count(visitors)} come, up to ${count(arrivals.mostPerMinute)} a minute; nothing was sent`,
    '',
    row(
      'limits',
      outcomes.map(({ label }) => label),
    ),
    ...ROWS.map(([name, cell]) => row(name, outcomes.map(cell))),
    '',
    ...outcomes.flatMap((outcome) => picture(outcome, highest)),
  ];
}

/** The line over time, all outcomes at one scale. */
function picture({ label, line, longestLine, longestAtSeconds }: Outcome, highest: number): string[] {
  const { everySeconds, waiting } = line;
  const step = Math.max(1, Math.ceil(waiting.length / COLUMNS));
  const bars = Array.from({ length: Math.ceil(waiting.length / step) }, (_, index) =>
    Math.max(...waiting.slice(index * step, (index + 1) * step)),
  );
  const span = shownTime(waiting.length * everySeconds);
  return [
    `line, ${label}`,
    `  ${sparkline(bars, highest)} 0 to ${span}, longest ${count(longestLine)} after ${shownTime(longestAtSeconds)}`,
  ];
}

function waited(seconds: number | undefined): string {
  return seconds === undefined ? '–' : shownTime(seconds);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
