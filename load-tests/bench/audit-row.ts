/** What the audit costs: time of a recorded request, and memory, under a flood of a million paths and a hundred thousand hosts. */
import { join } from 'node:path';
import type { AuditMeasured } from './audit-measure.ts';
import { median, type Plan, type Row, round } from './row.ts';
import { toldBy } from './server.ts';

const REQUESTS = 1_000_000;
const GOAL_US = 3;
const GOAL_MB = 8;

/** Each run in a process of its own, which has compiled nothing but this. */
export async function measureAudit(plan: Plan): Promise<Row[]> {
  const runs: AuditMeasured[] = [];
  for (let run = 1; run <= plan.runs; run++) {
    plan.progress(`audit: run ${run} of ${plan.runs}`);
    runs.push(await measureOnce(REQUESTS));
  }
  const name = 'audit, 1,000,000 paths × 100,000 hosts';
  return [
    rowOf(`${name}: time`, 'µs a request', median(runs.map(({ medianUs }) => medianUs)), GOAL_US),
    rowOf(`${name}: memory`, 'MB more', median(runs.map(({ grownMb }) => grownMb)), GOAL_MB),
  ];
}

export function measureOnce(requests: number): Promise<AuditMeasured> {
  const script = join(import.meta.dirname, 'audit-measure.ts');
  return toldBy<AuditMeasured>(['--expose-gc', script, String(requests)]);
}

function rowOf(name: string, unit: string, value: number, goal: number): Row {
  const goalText = `≤ ${goal} ${unit.split(' ')[0]}`;
  return {
    ...{ name, unit, value: round(value), baselineName: 'its goal', baseline: goal },
    ...{ ratio: round(value / goal), goal: goalText, met: value <= goal },
  };
}
