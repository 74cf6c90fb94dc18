/** Plays a scenario's form as `headgate rehearse` does, and again where the machine had no time for its visitors. */
import { playOnDemo } from '../../load-tests/rehearse/play/play-on-demo.ts';
import type { Form, RehearsalReport } from '../../load-tests/rehearse/words.ts';
import { readScenario } from '../../load-tests/rehearse/scenario/read-scenario.ts';
import { addRow } from './table.ts';

const SEED = 1;
/** A run whose visitors were late says nothing: it is played once more. */
const ATTEMPTS = 2;

export interface Rehearsed {
  report: RehearsalReport;
  failsBy: readonly string[];
  failed: readonly string[];
}

export async function rehearsed(name: string, form: Form, config?: string): Promise<Rehearsed> {
  const scenario = readScenario(name, { form });
  let report: RehearsalReport | undefined;
  for (let attempt = 0; attempt < ATTEMPTS && report?.verdict !== 'held'; attempt++) {
    if (report !== undefined && report.verdict !== 'invalid') break;
    report = await playOnDemo(scenario, {
      ...{ seed: SEED, compress: scenario.compress, visitors: null, launch: null },
      signal: new AbortController().signal,
      ...(config === undefined ? {} : { config }),
    });
    addRow(report);
  }
  if (report === undefined) throw new Error('nothing was played');
  const failed = report.checks.filter(({ held }) => held !== true).map((check) => check.name);
  return { report, failsBy: scenario.failsBy, failed };
}
