/**
 * What changed since the last rehearsal: the verdict, checks that broke or were mended, figures that moved by more than
 * a tenth. What differs in the ground they stand on says first what cannot be compared.
 */
import type { Check, RehearsalReport } from '../rehearse/report-words.ts';
import { type Difference, differencesOf } from './grounds.ts';
import { outcomeOf } from './outcome.ts';
import { duration, unitOf, valueText } from './texts.ts';

export interface Comparison {
  /** When the other one was played, ISO 8601. */
  lastStartedAt: string;
  verdict: { before: string; now: string };
  /** Held, and does not now. */
  broke: readonly string[];
  mended: readonly string[];
  /** Asked now and not then; asked then and not now. */
  added: readonly string[];
  gone: readonly string[];
  moved: readonly MovedFigure[];
  differences: readonly Difference[];
}

export interface MovedFigure {
  figure: string;
  unit: string;
  before: number;
  now: number;
  /** Share by which it grew or shrank; null: it was 0. */
  change: number | null;
}

/** A figure has moved when it is more than a tenth of itself away. */
const MOVED_SHARE = 0.1;

export function compareReports(report: RehearsalReport, last: RehearsalReport): Comparison {
  const differences = differencesOf(report, last);
  const isHeld = (checks: readonly Check[]) => new Map(checks.map(({ name, held }) => [name, held === true]));
  const [before, now] = [isHeld(last.checks), isHeld(report.checks)];
  const turned = (to: boolean) => [...now].filter(([name, held]) => held === to && before.get(name) === !to);
  return {
    lastStartedAt: last.startedAt,
    verdict: { before: outcomeOf(last).word, now: outcomeOf(report).word },
    broke: turned(false).map(([name]) => name),
    mended: turned(true).map(([name]) => name),
    added: [...now.keys()].filter((name) => !before.has(name)),
    gone: [...before.keys()].filter((name) => !now.has(name)),
    moved: movedFigures(report, last, differences),
    differences,
  };
}

function movedFigures(
  { figures }: RehearsalReport,
  { figures: lastFigures }: RehearsalReport,
  differences: readonly Difference[],
): MovedFigure[] {
  if (differences.some(({ hides }) => hides === 'all')) return [];
  const withoutTimes = differences.some(({ hides }) => hides === 'times');
  const moved = Object.entries(figures).flatMap(([figure, now]) => {
    const unit = unitOf(figure);
    const before = lastFigures[figure] ?? null;
    if (now === null || before === null || (withoutTimes && isTime(unit))) return [];
    return hasMoved(before, now, unit) ? [{ figure, unit, before, now, change: changeOf(before, now) }] : [];
  });
  return moved.sort((one, other) => sizeOf(other) - sizeOf(one));
}

function hasMoved(before: number, now: number, unit: string): boolean {
  // What a person would read as the same has not moved, however small the number that it is measured by.
  if (valueText(before, unit) === valueText(now, unit)) return false;
  return Math.abs(now - before) > MOVED_SHARE * Math.abs(before);
}

function changeOf(before: number, now: number): number | null {
  return before === 0 ? null : (now - before) / Math.abs(before);
}

function sizeOf({ change }: MovedFigure): number {
  return change === null ? Number.POSITIVE_INFINITY : Math.abs(change);
}

function isTime(unit: string): boolean {
  return unit === 'ms' || unit === 'seconds';
}

/** `up 34 %`, `down to a third`; `from nothing`. */
export function moveText({ before, now, change, unit }: MovedFigure): string {
  if (change === null) return 'from nothing';
  if (unit === '0 or 1') return '';
  const times = now / before;
  if (times >= 3) return `${times >= 10 ? Math.round(times) : Math.round(times * 10) / 10} times as much`;
  return `${change > 0 ? 'up' : 'down'} ${Math.round(Math.abs(change) * 100)} %`;
}

export function agoText(lastStartedAt: string, startedAt: string): string {
  const seconds = (Date.parse(startedAt) - Date.parse(lastStartedAt)) / 1000;
  if (!(seconds > 0)) return '';
  return seconds < 172_800 ? `${duration(seconds)} before` : `${Math.round(seconds / 86_400)} days before`;
}
