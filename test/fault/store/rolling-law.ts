/** What rolling restarts owe to visitors: nothing is noticed. */
import { expect } from 'vitest';
import { failureVerdict } from '../timing.ts';
import type { RollingOutcome, RollingRun } from './rolling-restarts.ts';

export function expectUnnoticed(outcome: RollingOutcome, run: RollingRun): void {
  expect(outcome.breaches).toEqual([]);
  expect(failureVerdict(outcome), `${outcome.failures} requests failed`).not.toBe('failed');
  expect(Object.keys(outcome.outcomes).filter((how) => how !== 'left' && how !== 'stopped')).toEqual([]);
  expect([outcome.restarts, outcome.exitCodes]).toEqual([3 * run.rounds, [0]]);
  expect(outcome.revisions).toEqual([2, 2, 2]);
  // Somebody was inside, and no more than the new limit allows.
  expect(outcome.mostByRevision2).toBeGreaterThan(0);
  expect(outcome.mostByRevision2).toBeLessThanOrEqual(run.sessions[1]);
}
