/** Shows how a rehearsal goes: drawn anew on a terminal, a line every five seconds elsewhere; always beside the document, never in it. */
import { sparkline } from '../../surge/chart.ts';
import { holds } from '../play/evidence.ts';
import { shownTime } from '../play/shown.ts';
import type { Expectation, Scenario, Scene } from '../words.ts';

export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const LINE_EVERY_MS = 5_000;
const ROWS: ReadonlyArray<readonly [string, string, string]> = [
  ['arrivals', 'arrivals.perMinute', 'a minute'],
  ['waiting', 'line.waiting', ''],
  ['inside', 'inside.visitors', ''],
  ['platform', 'platform.p95Ms', 'ms (p95)'],
];

export function createProgress(
  scenario: Scenario,
  screen: Screen,
  nowMs: () => number,
): (scene: Scene) => void {
  const scenes: Scene[] = [];
  const broken = new Set<string>();
  let drawn = 0;
  let lineAtMs = Number.NEGATIVE_INFINITY;
  return (scene) => {
    scenes.push(scene);
    for (const name of brokenAt(scenario.expectations, scene)) broken.add(name);
    if (screen.isTTY !== true) {
      if (nowMs() - lineAtMs < LINE_EVERY_MS) return;
      lineAtMs = nowMs();
      screen.write(`${lineOf(scenario, scene, broken)}\n`);
      return;
    }
    const lines = pictureOf(scenario, scenes, broken).map((line) =>
      line.slice(0, (screen.columns ?? 80) - 1),
    );
    screen.write(`${drawn === 0 ? '' : `\x1b[${drawn}A\x1b[J`}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}

/** Names of what no later moment can mend. */
export function brokenAt(expectations: readonly Expectation[], { atSeconds, figures }: Scene): string[] {
  const isBroken = ({ figure, over, fromSeconds, untilSeconds, bound }: Expectation) => {
    const value = figures[figure] ?? null;
    const isJudged = value !== null && atSeconds >= fromSeconds && atSeconds <= untilSeconds;
    const isFinal =
      (over === 'most' && bound.kind === 'at-most') || (over === 'least' && bound.kind === 'at-least');
    return isJudged && isFinal && !holds(value, bound);
  };
  return expectations.filter(isBroken).map(({ name }) => name);
}

function pictureOf(scenario: Scenario, scenes: readonly Scene[], broken: ReadonlySet<string>): string[] {
  const last = scenes.at(-1)!;
  const rows = ROWS.map(([name, figure, unit]) => {
    const values = scenes.map(({ figures }) => figures[figure] ?? 0);
    const bars = sparkline(values, Math.max(...values));
    return `  ${name.padEnd(10)} ${bars} ${shown(last, figure).padStart(8)} ${unit}`.trimEnd();
  });
  return [
    `${clock(last.atSeconds)} of ${clock(scenario.seconds)}  ${scenario.title}`,
    ...rows,
    `  ${verdictOf(last, broken)}`,
  ];
}

export function lineOf({ seconds }: Scenario, scene: Scene, broken: ReadonlySet<string>): string {
  const values = ROWS.map(([name, figure, unit]) => `${name} ${shown(scene, figure)} ${unit}`.trimEnd());
  return [`${clock(scene.atSeconds)} of ${clock(seconds)}`, ...values, verdictOf(scene, broken)].join(' │ ');
}

function verdictOf(scene: Scene, broken: ReadonlySet<string>): string {
  const findings = `findings ${shown(scene, 'gate.findings')}`;
  return `${findings} │ ${broken.size === 0 ? 'so far all holds' : `broken: ${[...broken].join(', ')}`}`;
}

function shown({ figures }: Scene, figure: string): string {
  const value = figures[figure] ?? null;
  return value === null ? '–' : Math.round(value).toLocaleString('en-GB');
}

function clock(seconds: number): string {
  return seconds < 3_600
    ? `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
    : shownTime(seconds);
}
