/** Keeps a report where it was asked for, and where the next run finds it. */
import { reportHtml } from '../../report/html.ts';
import type { RehearsalReport } from '../report-words.ts';
import { folderOf, keepReport, lastReport, readReport } from './kept-reports.ts';
import type { Written } from './summary.ts';
import type { Typed } from './typed.ts';
import { tryPath, writeWhole } from './whole-file.ts';
import { WrongUse } from './wrong-use.ts';

/** What the new report is compared with; null: nothing. Read before anything is played: a wrong file is told at once. */
export async function reportBefore(
  { compare }: Pick<Typed, 'compare'>,
  dataPath: string,
  scenario: string,
): Promise<RehearsalReport | null> {
  if (compare === undefined) return lastReport(folderOf(dataPath, scenario));
  return readReport(compare).catch((error: Error) => {
    throw new WrongUse(`--compare must name a report of a rehearsal as JSON; ${compare}: ${error.message}`);
  });
}

/** Throws WrongUse where what is asked for could not be written in the end. */
export async function judgePaths(typed: Pick<Typed, 'html' | 'out'>): Promise<void> {
  for (const name of ['html', 'out'] as const) {
    const path = typed[name];
    if (path === undefined) continue;
    await tryPath(path).catch((error: Error) => {
      throw new WrongUse(`--${name} must name a file that can be written; ${path}: ${error.message}`);
    });
  }
}

/** Resolves with what was written; `complain` hears of what could not be. */
export async function writeReports(
  report: RehearsalReport,
  last: RehearsalReport | null,
  { html, out }: Pick<Typed, 'html' | 'out'>,
  { dataPath, complain }: { dataPath: string; complain(sentence: string): void },
): Promise<Written[]> {
  const written: Written[] = [];
  const write = async (name: string, path: string, make: () => Promise<unknown>) => {
    try {
      await make();
      written.push({ name, path });
    } catch (error) {
      complain(`${path} was not written: ${(error as Error).message}`);
    }
  };
  if (html !== undefined) await write('page', html, () => writeWhole(html, reportHtml(report, last)));
  if (out !== undefined)
    await write('report', out, () => writeWhole(out, `${JSON.stringify(report, null, 2)}\n`));
  const folder = folderOf(dataPath, report.scenario);
  await keepReport(folder, report).then(
    (path) => written.push({ name: 'kept', path }),
    (error: Error) => complain(`the report was not kept in ${folder}: ${error.message}`),
  );
  return written;
}
