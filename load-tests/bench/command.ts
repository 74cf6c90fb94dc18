/** `headgate bench`: the table of what a request costs, each row beside its peer in the same run. Exit 0: every goal met. */
import { writeFile } from 'node:fs/promises';
import { measureAudit } from './audit-row.ts';
import { measureForward } from './forward-contest.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { type BenchAsked, type BenchOptions, benchAsked } from './options.ts';
import { benchSvg } from './picture.ts';
import { measureRedis, measureRedisSize } from './redis-rows.ts';
import { type BenchReport, reportOf, reportText } from './report.ts';
import type { Compared, Plan, Row } from './row.ts';
import { measurePaths } from './rows.ts';
import { measureSize } from './size-rows.ts';
import { type Bench, setStage } from './stage.ts';

const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export async function benchCommand(options: BenchOptions): Promise<number> {
  const asked = benchAsked(options);
  if (typeof asked === 'string') {
    console.error(`headgate bench: ${asked}`);
    return 2;
  }
  const keeper = createKeeper();
  // The load's sender ends with this process.
  const interrupt = () => void keeper.end().finally(() => process.exit(INTERRUPTED));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    return await tell(await measureAll(asked, keeper), asked);
  } catch (error) {
    // What ends in the middle of a measurement breaks it; nobody asks any more.
    if (keeper.isEnding()) return INTERRUPTED;
    throw error;
  } finally {
    await keeper.end();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

async function tell(report: BenchReport, { json, svg }: BenchAsked): Promise<number> {
  console.log(json ? JSON.stringify(report) : reportText(report));
  if (svg !== null) await writeFile(svg, benchSvg(report));
  return report.rows.every((row) => row.met) ? 0 : 1;
}

interface Told {
  rows: readonly Row[];
  compared?: readonly Compared[];
}

/** In the order of the table. */
async function measureAll(asked: BenchAsked, keeper: Keeper): Promise<BenchReport> {
  const plan: Plan = { ...asked, progress: (line) => console.error(`  ${line}`) };
  const bench = await setStage(keeper);
  const measure: Record<BenchAsked['parts'][number], () => Promise<Told>> = {
    paths: async () => ({ rows: await measurePaths(bench, plan) }),
    forward: () => measureForward(bench, keeper, plan),
    size: async () => ({ rows: await measureEmbeddedSize(bench, plan) }),
    redis: () => measureRedis(bench, keeper, plan),
    'redis-size': () => measureRedisSize(bench, keeper, plan),
    audit: async () => ({ rows: await measureAudit(plan) }),
  };
  const told: Told[] = [];
  for (const part of asked.parts) told.push(await measure[part]());
  return reportOf(
    told.flatMap(({ rows }) => rows),
    told.flatMap(({ compared = [] }) => compared),
  );
}

async function measureEmbeddedSize(bench: Bench, plan: Plan): Promise<Row[]> {
  const gate = await bench.startGate();
  const rows = await measureSize(gate, plan, '');
  await gate.stop();
  return rows;
}
