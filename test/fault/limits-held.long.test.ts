/** Limits hold by the platform's own books, and the slots are used: a surge of 2,000, and a long evening of slow visitors. */
import { describe, expect, it } from 'vitest';
import { tallyOf } from '../../load-tests/visitors/crowd.ts';
import {
  calledOutOfOrder,
  changedNumbers,
  grownPositions,
  sharedNumbers,
  turnedAway,
} from '../../load-tests/visitors/laws.ts';
import { type LimitedOutcome, type LimitedRun, runLimited } from '../support/limited-run.ts';
import { verdictOf } from './timing.ts';

const MINUTE_MS = 60_000;

function expectLimitsHeld(outcome: LimitedOutcome, run: LimitedRun): void {
  const { records, books, slots } = outcome;
  expect(books.sessions.most).toBeLessThanOrEqual(slots);
  if (run.admissionsPerMinute !== null) expectRateHeld(outcome, run.admissionsPerMinute);
  for (const law of [grownPositions, sharedNumbers, changedNumbers, calledOutOfOrder])
    expect(law(records), law.name).toEqual([]);
}

/** The platform counts a minute by its own clock: who was let in before it, and held up on the way by the machine, counts too. */
function expectRateHeld({ books, longestDelayMs, schedulingDelayMs }: LimitedOutcome, perMinute: number) {
  const most = perMinute + Math.max(1, perMinute / 30) + (perMinute * longestDelayMs) / MINUTE_MS;
  const isHeld = books.admissions.mostPerMinute <= most;
  const what = `${books.admissions.mostPerMinute} admissions a minute where ${most} are the most`;
  expect(verdictOf(isHeld, schedulingDelayMs, what), what).not.toBe('failed');
}

/** Of slot-seconds while somebody waited. */
function expectUsed({ utilisation, schedulingDelayMs }: LimitedOutcome, least: number): void {
  const isUsed = (utilisation ?? 0) >= least;
  expect(verdictOf(isUsed, schedulingDelayMs, `utilisation ${utilisation}`)).not.toBe('failed');
}

function print(name: string, outcome: LimitedOutcome): void {
  const { records, books, slots, utilisation, judgedSeconds, seconds, schedulingDelayMs } = outcome;
  console.log(name);
  console.table({
    'sessions, most (slots)': `${books.sessions.most} (${slots})`,
    'admissions a minute, most': books.admissions.mostPerMinute,
    admissions: books.admissions.total,
    'utilisation while somebody waited': utilisation?.toFixed(3),
    'judged, s': judgedSeconds.toFixed(0),
    'whole run, s': seconds.toFixed(0),
    'scheduling delay, ms': schedulingDelayMs.toFixed(1),
    'longest delay, ms': outcome.longestDelayMs.toFixed(0),
    'refused claims': records.reduce((sum, { refusedClaims }) => sum + refusedClaims, 0),
    ...tallyOf(records).outcomes,
  });
}

describe.concurrent('limits hold', () => {
  it('2,000 visitors in 20 s against 50 sessions and 600 admissions a minute, 40 % no-shows, 8 s inside', async () => {
    const run = {
      sessions: 50,
      admissionsPerMinute: 600,
      visitors: 2_000,
      overMs: 20_000,
      stayMs: () => 8_000,
      noShowShare: 0.4,
      endAfterMs: null,
      seed: 11,
    };
    const outcome = await runLimited(run);
    print('2,000 visitors, 8 s inside', outcome);
    expectLimitsHeld(outcome, run);
    expect(turnedAway(outcome.records)).toEqual([]);
    expectUsed(outcome, 0.6);
  });

  it('stays of 60 s and 20 sessions, 40 % no-shows, over seven minutes', async () => {
    const run = {
      sessions: 20,
      admissionsPerMinute: null,
      visitors: 600,
      overMs: 5 * MINUTE_MS,
      stayMs: () => 60_000,
      noShowShare: 0.4,
      endAfterMs: 7.5 * MINUTE_MS,
      seed: 13,
    };
    const outcome = await runLimited(run);
    print('stays of 60 s', outcome);
    expectLimitsHeld(outcome, run);
    expect(outcome.judgedSeconds).toBeGreaterThan(300);
    expectUsed(outcome, 0.9);
  });
});
