/** What a row of the table is, and how its figures are made. */

export interface Row {
  name: string;
  unit: string;
  value: number;
  baselineName: string;
  baseline: number;
  ratio: number;
  /** "–": only told. */
  goal: string;
  met: boolean;
}

export interface Plan {
  runs: number;
  /** Requests a measurement. */
  amount: number;
  /** Joins of the memory and size rows. */
  manyJoins: number;
  progress(line: string): void;
}

export const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
export const LINE = '/.headgate/rooms/line';

/** What stands in the table of the comparison: the same work by others, on equal terms. */
export interface Compared {
  work: string;
  name: string;
  /** Absent: not measured in it. */
  cpuMicros?: number;
  perSecond?: number;
  redisCommands?: number;
  redisBytesAVisitor?: number;
  /** How it was run, or why it could not be. */
  note: string;
}

/** Told without a goal. */
export function toldRow(
  name: string,
  unit: string,
  value: number,
  baselineName: string,
  baseline: number,
): Row {
  const ratio = round(value / baseline);
  return {
    ...{ name, unit, value: round(value), baselineName, baseline: round(baseline), ratio },
    ...{ goal: '–', met: true },
  };
}

export function rowOf(
  name: string,
  unit: string,
  value: number,
  baselineName: string,
  baseline: number,
  goal: number,
): Row {
  const ratio = value / baseline;
  return {
    name,
    unit,
    value: round(value),
    baselineName,
    baseline: round(baseline),
    ratio: round(ratio),
    goal: `≤ ${goal} ×`,
    met: ratio <= goal,
  };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
