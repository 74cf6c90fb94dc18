/** Gateways of one Redis are killed under their visitors, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runKills } from '../fault/store/kill-gateways.ts';

it('visitors keep place, order and session while random gateways are killed', async () => {
  const run = {
    sessions: 20,
    visitors: 100,
    overMs: 3_000,
    stayMs: { least: 500, most: 1_500 },
    killEveryMs: 1_500,
    forMs: 6_000,
    seed: 21,
  };
  const outcome = await runKills(run);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: run.visitors });
  expect(outcome.kills).toBeGreaterThan(0);
});
