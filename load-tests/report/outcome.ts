/** What came of a rehearsal in one word and one sentence: the first thing that a report says. */
import type { Check, RehearsalReport } from '../rehearse/report-words.ts';
import { boundText, clock, counted, ended, listed, sentence, title, valueText } from './texts.ts';

export interface Outcome {
  kind: 'held' | 'failed' | 'invalid' | 'ended-early';
  word: string;
  /** A sign beside the word: never told by colour alone. */
  sign: string;
  why: string;
}

export function outcomeOf(report: RehearsalReport): Outcome {
  if (report.verdict === 'invalid') {
    return { kind: 'invalid', word: 'Invalid', sign: '?', why: whyInvalid(report) };
  }
  if (report.endedEarly !== null) {
    return { kind: 'ended-early', word: 'Ended early', sign: '–', why: whyEarly(report, report.endedEarly) };
  }
  if (report.verdict === 'failed') {
    return { kind: 'failed', word: 'Failed', sign: '✕', why: whyFailed(report) };
  }
  return { kind: 'held', word: 'Held', sign: '✓', why: whyHeld(report) };
}

export function failedChecks({ checks }: RehearsalReport): Check[] {
  return checks.filter(({ held }) => held !== true);
}

export function heldChecks({ checks }: RehearsalReport): Check[] {
  return checks.filter(({ held }) => held === true);
}

/** As numbers where they are known, so that seen and wanted are said in the same words. */
export function wantedText({ judged, wanted, unit }: Check): string {
  return judged ? boundText(judged.bound, unit) : wanted;
}

export function seenText({ seen, unit }: Check): string {
  return valueText(seen, unit);
}

function whyInvalid({ invalidBecause, endedEarly }: RehearsalReport): string {
  const reasons = invalidBecause.map((reason) => ended(sentence(reason)));
  const early = endedEarly === null ? [] : [`It ended early, too: ${ended(endedEarly)}`];
  return ['Nothing is proved.', ...reasons, ...early].join(' ');
}

function whyEarly(report: RehearsalReport, reason: string): string {
  const failed = failedChecks(report);
  const played = clock(report.series.atSeconds.at(-1) ?? 0);
  const soFar =
    failed.length === 0
      ? 'no check had failed by then, which proves nothing of what was to come'
      : `${counted(failed.length, 'check')} had not held by then: ${names(failed)}`;
  return `${ended(sentence(reason))} What stands here is of the first ${played}; ${soFar}.`;
}

function whyFailed(report: RehearsalReport): string {
  const failed = failedChecks(report);
  const first = failed[0];
  if (first === undefined) return 'No check could be judged.';
  const share = `${failed.length} of ${counted(report.checks.length, 'check')} did not hold`;
  const worst = `${title(first.name)}: ${seenText(first)}, wanted ${wantedText(first)}`;
  return failed.length === 1 ? `${share}. ${worst}.` : `${share}: ${names(failed)}. ${worst}.`;
}

function whyHeld({ checks, figures }: RehearsalReport): string {
  const came = figures['visitors.came'];
  const held = checks.length === 1 ? 'The one check held' : `All ${checks.length} checks held`;
  return came == null ? `${held}.` : `${held}, with ${counted(came, 'visitor')}.`;
}

function names(checks: readonly Check[]): string {
  return listed(checks.map(({ name }) => title(name).toLowerCase()));
}
