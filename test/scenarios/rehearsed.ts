/** Plays a scenario's form as `headgate rehearse` does, and again where the machine had no time for its visitors. */
import { parse } from 'yaml';
import { playOnDemo } from '../../load-tests/rehearse/play/play-on-demo.ts';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { readScenario } from '../../load-tests/rehearse/scenario/read-scenario.ts';
import type { Form } from '../../load-tests/rehearse/words.ts';
import { sectionOf } from '../../load-tests/stage/stage-config.ts';
import { addRow } from './table.ts';

export const SEED = 1;
/** A run whose visitors were late says nothing: it is played again. */
const ATTEMPTS = 3;

export interface Rehearsed {
  report: RehearsalReport;
  /** Names of checks: that must fail, and that did. */
  failsBy: readonly string[];
  failed: readonly string[];
  /** The stage set and struck, too. */
  lastMs: number;
}

/**
 * `name`: of a built-in scenario, or its file; `form`: null where it has none. `config`: a whole configuration (YAML) that takes
 * the place of the scenario's.
 */
export async function rehearsed(name: string, form: Form | null, config?: string): Promise<Rehearsed> {
  const baseConfig = config === undefined ? {} : { baseConfig: sectionOf(parse(config)) };
  const scenario = readScenario(name, { ...(form !== null && { form }), ...baseConfig });
  for (let attempt = 1; ; attempt++) {
    const beganMs = performance.now();
    const report = await playOnDemo(scenario, {
      ...{ seed: SEED, compress: scenario.compress, visitors: null, launch: null },
      signal: new AbortController().signal,
    });
    addRow(report);
    if (report.verdict === 'invalid' && attempt < ATTEMPTS) continue;
    const failed = report.checks.filter(({ held }) => held !== true).map((check) => check.name);
    return { report, failsBy: scenario.failsBy, failed, lastMs: performance.now() - beganMs };
  }
}
