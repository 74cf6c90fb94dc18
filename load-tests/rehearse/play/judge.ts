/** Judges what was seen by what must hold: expectations over scenes and end figures become checks, each with its evidence. Pure. */
import { FIGURES } from '../figures.ts';
import type { Check } from '../report-words.ts';
import type { Expectation, Scene } from '../words.ts';
import { evidenceOf, holds, judgedScenes } from './evidence.ts';
import { shownTime, shownValue, YES_OR_NO } from './shown.ts';

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
  const evidence = [
    ...evidenceOf(expectation, seen.scenes, value),
    ...(held === true ? [] : more(expectation)),
  ];
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

function wantedOf({ over, fromSeconds, untilSeconds, bound, figure }: Expectation, seconds: number): string {
  const { unit, seen } = FIGURES[figure] ?? { unit: '', seen: 'end' };
  const value = shownValue(bound.value, unit);
  const amount = unit === YES_OR_NO ? value : `${bound.kind.replace('-', ' ')} ${value}`;
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
