/** What a check has to show for its verdict: the worst moment, and when its bound was passed first. Pure. */
import { FIGURES } from '../figures.ts';
import type { Expectation, Scene } from '../words.ts';
import { shownTime, shownValue } from './shown.ts';

interface Moment {
  atSeconds: number;
  value: number;
}

/** Sentences; `value` null: nobody told it. */
export function evidenceOf(
  expectation: Expectation,
  scenes: readonly Scene[],
  value: number | null,
): string[] {
  const known = FIGURES[expectation.figure];
  if (known === undefined) return [`Nobody knows the figure ${expectation.figure}.`];
  const { meaning, unit, seen } = known;
  if (value === null) return [`It was not seen: ${meaning}.`];
  if (seen === 'end') return [`${capital(meaning)}: ${shownValue(value, unit)}.`];
  const moments = judgedScenes(expectation, scenes);
  return [
    `${capital(meaning)}: ${worstOf(moments, expectation, unit)}`,
    ...passedIn(moments, expectation, unit),
  ];
}

/** The scenes that count, where somebody told the figure. */
export function judgedScenes(
  { figure, fromSeconds, untilSeconds }: Expectation,
  scenes: readonly Scene[],
): Moment[] {
  return scenes.flatMap(({ atSeconds, figures }) => {
    const value = figures[figure] ?? null;
    const isJudged = value !== null && atSeconds >= fromSeconds && atSeconds <= untilSeconds;
    return isJudged ? [{ atSeconds, value }] : [];
  });
}

export function holds(value: number, { kind, value: wanted }: Expectation['bound']): boolean {
  if (kind === 'at-most') return value <= wanted;
  return kind === 'at-least' ? value >= wanted : value === wanted;
}

function worstOf(moments: readonly Moment[], { bound }: Expectation, unit: string): string {
  const worst = moments.reduce((one, other) => (isWorse(other.value, one.value, bound) ? other : one));
  return `${shownValue(worst.value, unit)} at the worst of ${moments.length} moments, ${after(worst)}.`;
}

/** Of a mean or a median single moments say nothing. */
function passedIn(moments: readonly Moment[], { bound, over }: Expectation, unit: string): string[] {
  const beyond = moments.filter(({ value }) => !holds(value, bound));
  const [first] = beyond;
  if (first === undefined || (over !== 'most' && over !== 'least')) return [];
  const amount = shownValue(first.value, unit);
  return [
    `It was first beyond the bound ${after(first)} (${amount}), and at ${beyond.length} of the moments.`,
  ];
}

function isWorse(value: number, than: number, { kind, value: wanted }: Expectation['bound']): boolean {
  if (kind === 'at-most') return value > than;
  return kind === 'at-least' ? value < than : Math.abs(value - wanted) > Math.abs(than - wanted);
}

function after({ atSeconds }: Moment): string {
  return `after ${shownTime(atSeconds)}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
