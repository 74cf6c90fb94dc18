/** 100 seats for 5,000 visitors, 30 % of whom give up inside. */
import { expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { runSeats } from './seats.ts';
import { breachesOf } from './seats-laws.ts';

it('100 seats, 5,000 visitors, 30 % give up inside: all sold, nobody disappointed, and the platform left alone', async () => {
  const run = {
    ...{ seats: 100, sessions: 50, visitors: 5_000, overMs: 25_000 },
    ...{ stayMs: 2_500, giveUpShare: 0.3, idleSeconds: 10, seed: 17 },
  };
  const outcome = await runSeats(run);
  console.table({
    sold: outcome.sold,
    'sold out after, s': outcome.soldOutAfterSeconds?.toFixed(1),
    'as the slots allow, s': outcome.allowedSeconds.toFixed(1),
    'requests when sold out': outcome.requestsWhenSoldOut,
    'scheduling delay, ms': outcome.schedulingDelayMs,
    ...outcome.outcomes,
  });
  expect(breachesOf(outcome, run)).toEqual([]);
  // The first second fills the slots at once, in which nobody waits for a poll.
  const bound = 1.15 * outcome.allowedSeconds;
  expect(timeVerdict(outcome.soldOutAfterSeconds, bound, outcome.schedulingDelayMs)).not.toBe('failed');
});
