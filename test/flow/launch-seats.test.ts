/** A sale of few seats to a crowd, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runSeats } from '../fault/launch/seats.ts';
import { breachesOf } from '../fault/launch/seats-laws.ts';

it('12 seats, 150 visitors, 30 % give up inside: all sold, nobody disappointed, and the platform left alone', async () => {
  const run = {
    ...{ seats: 12, sessions: 8, visitors: 150, overMs: 500 },
    ...{ stayMs: 600, giveUpShare: 0.3, idleSeconds: 6, seed: 17 },
  };
  expect(breachesOf(await runSeats(run), run)).toEqual([]);
});
