/** 100 seats for 5,000 visitors, 30 % of whom give up inside. */
import { expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { runSeats } from './seats.ts';
import { breachesOf } from './seats-laws.ts';

it('100 seats, 5,000 visitors, 30 % give up inside: all sold, nobody disappointed, and the platform left alone', async () => {
  const run = {
    ...{ seats: 100, sessions: 40, visitors: 5_000, overMs: 5_000 },
    ...{ stayMs: 4_000, giveUpShare: 0.3, idleSeconds: 4, seed: 17 },
  };
  const outcome = await runSeats(run);
  console.table({
    sold: outcome.sold,
    'sold out after, s': outcome.soldOutAfterSeconds?.toFixed(1),
    'without a moment lost, s': outcome.leastSeconds.toFixed(1),
    'requests when sold out': outcome.requestsWhenSoldOut,
    'scheduling delay, ms': outcome.schedulingDelayMs,
    ...outcome.outcomes,
  });
  expect(breachesOf(outcome, run)).toEqual([]);
  // A seat that was given up waits for a lease to lapse (5 s) or for a poll at the front (2 s), in each round.
  expect(
    timeVerdict(outcome.soldOutAfterSeconds, 2.5 * outcome.leastSeconds, outcome.schedulingDelayMs),
  ).not.toBe('failed');
});
