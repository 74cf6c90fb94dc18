/** What a row of the table is, and how two sides are measured beside each other. */
import { cpuPerRequest, type Load, type Measured } from './server.ts';

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

export interface Side {
  server: Measured;
  load: Load;
}

/** Both sides in turns, so that what else the machine does meets both alike; medians of the runs. */
export async function beside(
  name: string,
  side: Side,
  peer: Side & { name: string },
  goal: number,
  plan: Plan,
): Promise<Row> {
  const ours: number[] = [];
  const theirs: number[] = [];
  await cpuPerRequest(side.server, side.load);
  await cpuPerRequest(peer.server, peer.load);
  for (let run = 1; run <= plan.runs; run++) {
    plan.progress(`${name}: run ${run} of ${plan.runs}`);
    ours.push(await cpuPerRequest(side.server, side.load));
    theirs.push(await cpuPerRequest(peer.server, peer.load));
  }
  return rowOf(name, 'µs CPU a request', median(ours), peer.name, median(theirs), goal);
}

export async function medianOf(plan: Plan, server: Measured, load: Load): Promise<number> {
  const figures: number[] = [];
  for (let run = 0; run < plan.runs; run++) figures.push(await cpuPerRequest(server, load));
  return median(figures);
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
