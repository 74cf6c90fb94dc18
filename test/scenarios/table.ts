/** The table of all rehearsals: each adds its row, and the last step prints them together. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';

/** Path of the file of rows; set while the rehearsals go on. */
const ROWS = 'HEADGATE_SCENARIO_ROWS';

export function addRow(report: RehearsalReport): void {
  const file = process.env[ROWS];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(rowOf(report))}\n`);
}

/** One line a rehearsal. */
export function rowOf({ scenario, form, verdict, checks, tookSeconds, generator }: RehearsalReport): object {
  const failed = checks.filter(({ held }) => held !== true).map(({ name }) => name);
  return {
    scenario,
    form: form ?? '',
    verdict,
    'failed checks': failed.join(', '),
    'took, s': tookSeconds.toFixed(0),
    visitors: generator.visitors,
    'generator late (p99), ms': generator.delayMs.p99.toFixed(1),
  };
}

/** Before the first one: where rows go. After the last one: the table. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-scenarios-'));
  const file = join(folder, 'rows');
  process.env[ROWS] = file;
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(folder, { recursive: true });
    if (lines.length > 0) console.table(lines.map((line) => JSON.parse(line) as object));
  };
}
