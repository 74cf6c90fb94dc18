/** What a run of the benchmark tells: as one document, and as text. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { Compared, Row } from './row.ts';

export interface BenchReport {
  machine: string;
  node: string;
  commit: string;
  rows: readonly Row[];
  comparison: readonly Compared[];
}

export function reportOf(rows: readonly Row[], comparison: readonly Compared[]): BenchReport {
  return { machine: machineName(), node: process.version, commit: commit(), rows, comparison };
}

function machineName(): string {
  const model = cpus()[0]?.model.trim();
  return `${availableParallelism()} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0]?.toFixed(1)}`;
}

function commit(): string {
  try {
    const command = ['rev-parse', '--short', 'HEAD'];
    return execFileSync('git', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

export function reportText({ machine, node, commit, rows, comparison }: BenchReport): string {
  const parts = [
    rowsTable(rows),
    ...(comparison.length === 0 ? [] : [comparisonTable(comparison)]),
    `${machine}; Node ${node}; ${commit}; medians`,
  ];
  return parts.join('\n\n');
}

function rowsTable(rows: readonly Row[]): string {
  return asTable(
    ['path', 'value', 'unit', 'peer', 'its value', 'ratio', 'goal', ''],
    rows.map((row) => [
      ...[row.name, String(row.value), row.unit, row.baselineName, String(row.baseline)],
      ...[row.ratio.toFixed(2), row.goal, row.goal === '–' ? '' : row.met ? 'met' : 'missed'],
    ]),
  );
}

function comparisonTable(comparison: readonly Compared[]): string {
  const cell = (figure: number | undefined) => (figure === undefined ? '–' : figure.toLocaleString('en'));
  return asTable(
    ['the same work', 'by', 'µs CPU', 'a second', 'Redis commands', 'Redis bytes a visitor', ''],
    comparison.map((one) => [
      ...[one.work, one.name, cell(one.cpuMicros), cell(one.perSecond)],
      ...[cell(one.redisCommands), cell(one.redisBytesAVisitor), one.note],
    ]),
  );
}

function asTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] as string).length)),
  );
  const format = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd();
  return [format(head), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(format)].join('\n');
}
