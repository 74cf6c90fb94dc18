/** The table of all fault runs: each run adds its row, and the last step prints them together. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FaultRow {
  fault: string;
  /** Over the limit, lost places and the like: summed over the runs. */
  overLimit: number;
  lostPlaces: number;
  orderBroken: number;
  positionsGrown: number;
  /** From the end of the fault until the next number was called; null: does not apply. */
  callingAgainSeconds: number | null;
  /** How late the machine woke a program that slept, beside the run, 99th percentile. */
  schedulingDelayMs: number;
}

/** Path of the file of rows; set while the runs go on. */
const ROWS = 'HEADGATE_FAULT_ROWS';

/** Adds a run's row; the short forms in `npm test` have no table. */
export function addFaultRow(row: FaultRow): void {
  const file = process.env[ROWS];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** One line a fault: counts summed, seconds and delays at their worst. */
export function columnsOf(rows: readonly FaultRow[]): object[] {
  return [...Map.groupBy(rows, ({ fault }) => fault)].map(([fault, runs]) => {
    const sum = (figure: (row: FaultRow) => number) => runs.reduce((total, row) => total + figure(row), 0);
    const most = (figures: Array<number | null>) => {
      const known = figures.filter((figure) => figure !== null);
      return known.length === 0 ? '' : Math.max(...known).toFixed(1);
    };
    return {
      fault,
      runs: runs.length,
      'over the limit': sum(({ overLimit }) => overLimit),
      'lost places': sum(({ lostPlaces }) => lostPlaces),
      'order broken': sum(({ orderBroken }) => orderBroken),
      'positions grown': sum(({ positionsGrown }) => positionsGrown),
      'calling again, s': most(runs.map(({ callingAgainSeconds }) => callingAgainSeconds)),
      'scheduling delay, ms': most(runs.map(({ schedulingDelayMs }) => schedulingDelayMs)),
    };
  });
}

/** Before the first run: where rows go. After the last one: the table. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-faults-'));
  const file = join(folder, 'rows');
  process.env[ROWS] = file;
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(folder, { recursive: true });
    if (lines.length > 0) console.table(columnsOf(lines.map((line) => JSON.parse(line) as FaultRow)));
  };
}
