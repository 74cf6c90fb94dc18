/** `headgate bench`: the table of what a request costs, each row beside its peer in the same run. Exit 0: every goal met. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { measureAudit } from './audit-row.ts';
import { measureRedis } from './redis-rows.ts';
import type { Row } from './row.ts';
import { measureRows } from './rows.ts';
import { setStage } from './stage.ts';

export interface BenchOptions {
  json?: boolean;
  runs?: string;
  amount?: string;
  joins?: string;
}

export async function benchCommand(options: BenchOptions): Promise<number> {
  const plan = {
    runs: wholeNumber(options.runs, 5),
    amount: wholeNumber(options.amount, 20_000),
    manyJoins: wholeNumber(options.joins, 1_000_000),
  };
  if (Object.values(plan).some(Number.isNaN)) {
    console.error('headgate bench: --runs, --amount and --joins take whole numbers from 1 on');
    return 2;
  }
  const bench = await setStage();
  const abort = () => void bench.stop().then(() => process.exit(130));
  process.once('SIGINT', abort);
  try {
    const full = { ...plan, progress: (line: string) => console.error(`  ${line}`) };
    const rows = [
      ...(await measureRows(bench, full)),
      ...(await measureRedis(bench, full)),
      ...(await measureAudit(full)),
    ];
    console.log(options.json ? JSON.stringify({ ...machine(), rows }) : table(rows));
    return rows.every((row) => row.met) ? 0 : 1;
  } finally {
    process.off('SIGINT', abort);
    await bench.stop();
  }
}

function wholeNumber(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN;
}

function machine() {
  const [cpu] = cpus();
  return {
    machine: `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    commit: commit(),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

function table(rows: readonly Row[]): string {
  const head = ['path', 'value', 'unit', 'peer', 'its value', 'ratio', 'goal', ''];
  const lines = rows.map((row) => [
    row.name,
    String(row.value),
    row.unit,
    row.baselineName,
    String(row.baseline),
    row.ratio.toFixed(2),
    row.goal,
    row.met ? 'met' : 'missed',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] as string).length)),
  );
  const format = (line: string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd();
  const { machine: name, node, commit: revision } = machine();
  return [
    format(head),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...lines.map(format),
    '',
    `${name}; Node ${node}; ${revision}; medians`,
  ].join('\n');
}
