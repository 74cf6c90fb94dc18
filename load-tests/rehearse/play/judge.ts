/** Judges what was seen by what must hold: expectations over scenes and end figures become checks, each with its evidence. Pure. */
import { FIGURES } from '../figures.ts';
import type { Check, Expectation, Scene } from '../words.ts';
import { shownTime, shownValue } from './shown.ts';

export interface Seen {
  scenes: readonly Scene[];
  /** Figures of kind `end`. */
  end: Readonly<Record<string, number | null>>;
  /** The scenario's length: an expectation over all of it says nothing of times. */
  seconds: number;
}

/** `more`: sentences of what else was seen that a failed expectation is about. */
export function judge(
  expectations: readonly Expectation[],
  seen: Seen,
  more: (expectation: Expectation) => readonly string[] = () => [],
): Check[] {
  return expectations.map((expectation) => judgeOne(expectation, seen, more));
}

function judgeOne(
  expectation: Expectation,
  seen: Seen,
  more: (expectation: Expectation) => readonly string[],
): Check {
  const { name, figure, over, fromSeconds, untilSeconds, bound, meaning, advice } = expectation;
  const unit = FIGURES[figure]?.unit ?? '';
  const value = judgedValue(expectation, seen);
  const held = value === null ? null : holds(value, bound);
  const evidence = [...evidenceOf(expectation, seen, value), ...(held === true ? [] : more(expectation))];
  return {
    ...{
      name,
      held,
      seen: value,
      wanted: wantedOf(expectation, seen.seconds),
      figure,
      unit,
      meaning,
      advice,
    },
    judged: { over, fromSeconds, untilSeconds, bound },
    evidence,
  };
}

export function holds(value: number, { kind, value: wanted }: Expectation['bound']): boolean {
  if (kind === 'at-most') return value <= wanted;
  return kind === 'at-least' ? value >= wanted : value === wanted;
}

/** Null: it was not seen. */
function judgedValue(expectation: Expectation, seen: Seen): number | null {
  if (FIGURES[expectation.figure]?.seen === 'end') return seen.end[expectation.figure] ?? null;
  const values = judgedScenes(expectation, seen.scenes).map(({ value }) => value);
  if (values.length === 0) return null;
  switch (expectation.over) {
    case 'most':
      return Math.max(...values);
    case 'least':
      return Math.min(...values);
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'median':
      return median(values);
    case 'last':
      return values.at(-1) ?? null;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

interface Moment {
  atSeconds: number;
  value: number;
}

function judgedScenes(
  { figure, fromSeconds, untilSeconds }: Expectation,
  scenes: readonly Scene[],
): Moment[] {
  return scenes.flatMap(({ atSeconds, figures }) => {
    const value = figures[figure] ?? null;
    const isJudged = value !== null && atSeconds >= fromSeconds && atSeconds <= untilSeconds;
    return isJudged ? [{ atSeconds, value }] : [];
  });
}

function wantedOf({ over, fromSeconds, untilSeconds, bound, figure }: Expectation, seconds: number): string {
  const { unit, seen } = FIGURES[figure] ?? { unit: '', seen: 'end' };
  const amount = `${bound.kind.replace('-', ' ')} ${shownValue(bound.value, unit)}`;
  if (seen === 'end') return amount;
  const isWhole = fromSeconds <= 0 && untilSeconds >= seconds;
  const span = isWhole ? '' : `, from ${shownTime(fromSeconds)} to ${shownTime(untilSeconds)}`;
  return `${amount} (${OVER[over]}${span})`;
}

const OVER: Readonly<Record<Expectation['over'], string>> = {
  most: 'at any moment',
  least: 'at every moment',
  mean: 'on average',
  median: 'median',
  last: 'at the end',
};

function evidenceOf(expectation: Expectation, { scenes, end }: Seen, value: number | null): string[] {
  const { figure, bound } = expectation;
  const known = FIGURES[figure];
  if (known === undefined) return [`Nobody knows the figure ${figure}.`];
  if (value === null) return [`Nobody told it: ${known.meaning}.`];
  if (known.seen === 'end') return [`${known.meaning}: ${shownValue(end[figure] ?? 0, known.unit)}.`];
  const moments = judgedScenes(expectation, scenes);
  const worst = moments.reduce((one, other) => (isWorse(other.value, one.value, bound) ? other : one));
  const first = moments.find((moment) => !holds(moment.value, bound));
  const sentences = [
    `${known.meaning}: ${shownValue(worst.value, known.unit)} ${at(worst)}, the worst moment of ${moments.length}.`,
  ];
  if (first !== undefined)
    sentences.push(
      `It was first beyond the bound ${at(first)} (${shownValue(first.value, known.unit)}), and at ${
        moments.filter((moment) => !holds(moment.value, bound)).length
      } of the moments.`,
    );
  return sentences;
}

function isWorse(value: number, than: number, { kind, value: wanted }: Expectation['bound']): boolean {
  if (kind === 'at-most') return value > than;
  return kind === 'at-least' ? value < than : Math.abs(value - wanted) > Math.abs(than - wanted);
}

function at({ atSeconds }: Moment): string {
  return `after ${shownTime(atSeconds)}`;
}
