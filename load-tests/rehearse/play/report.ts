/** The report of a play, as outsiders and the page read it. */
import { createHash } from 'node:crypto';
import type { Stage } from '../../stage/words.ts';
import type { Check, RehearsalReport, Verdict } from '../report-words.ts';
import type { Scenario } from '../words.ts';
import { findingsTold } from './findings-told.ts';
import { judge } from './judge.ts';
import type { Played, PlayOptions } from './play.ts';
import { seriesOf } from './series.ts';
import { commitOf, machineOf } from './surroundings.ts';

export function makeReport(
  scenario: Scenario,
  stage: Pick<Stage, 'name'>,
  options: PlayOptions,
  played: Played,
): RehearsalReport {
  const { scenes, end, findings, result, moments, endedEarly } = played;
  const seen = { scenes, end, seconds: scenario.seconds };
  const more = (expectation: Scenario['expectations'][number]) =>
    findingsTold(expectation, findings, result.figures.states);
  const checks = judge(scenario.expectations, seen, more);
  const invalidBecause = [...result.figures.invalidBecause, ...moments.troubles()];
  return {
    ...{ verdict: verdictOf(checks, invalidBecause, endedEarly), invalidBecause, endedEarly },
    ...{ scenario: scenario.name, title: scenario.title, summary: scenario.summary, form: scenario.form },
    ...{ seed: options.seed, compress: options.compress, target: stage.name, launch: options.launch },
    ...{ revision: played.revision, configHash: hashOf(played.configText), commit: commitOf() },
    ...{ machine: machineOf(), startedAt: played.startedAt.toISOString(), tookSeconds: played.tookSeconds },
    ...{ checks, findings, moments: moments.done, figures: end, series: seriesOf(scenes) },
    forecast: null,
    generator: result.generator,
  };
}

/** A run whose visitors were not sent as they should says nothing; one that was ended early has not held. */
function verdictOf(
  checks: readonly Check[],
  invalidBecause: readonly string[],
  endedEarly: string | null,
): Verdict {
  if (invalidBecause.length > 0) return 'invalid';
  return endedEarly === null && checks.every(({ held }) => held === true) ? 'held' : 'failed';
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
