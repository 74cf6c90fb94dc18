/** Keeps the reports of each scenario under the data folder, so that the next run is compared with the last one. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RehearsalReport } from '../report-words.ts';
import { writeWhole } from './whole-file.ts';

const MOST_KEPT = 30;

export function folderOf(dataPath: string, scenario: string): string {
  return join(dataPath, 'rehearsals', scenario.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 100));
}

/** Null: none was kept, or none that can be read. */
export async function lastReport(folder: string): Promise<RehearsalReport | null> {
  const newest = (await reportsIn(folder)).at(-1);
  return newest === undefined ? null : readReport(join(folder, newest)).catch(() => null);
}

/** Rejects where there is no report. */
export async function readReport(path: string): Promise<RehearsalReport> {
  const report: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!isReport(report)) throw new Error('is no report of a rehearsal');
  return report;
}

/** By what a comparison reads of it. */
function isReport(value: unknown): value is RehearsalReport {
  const { verdict, checks, figures, startedAt } = (value ?? {}) as Partial<Record<string, unknown>>;
  const areTexts = typeof verdict === 'string' && typeof startedAt === 'string';
  return areTexts && Array.isArray(checks) && typeof figures === 'object' && figures !== null;
}

/** Resolves with its path. The oldest go where there are too many. */
export async function keepReport(folder: string, report: RehearsalReport): Promise<string> {
  const path = join(folder, `${report.startedAt.replace(/[:.]/g, '-')}.json`);
  await writeWhole(path, `${JSON.stringify(report)}\n`);
  const old = (await reportsIn(folder)).slice(0, -MOST_KEPT);
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
  return path;
}

/** By their time. */
async function reportsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => /^\d{4}-.*\.json$/.test(name)).sort();
}
