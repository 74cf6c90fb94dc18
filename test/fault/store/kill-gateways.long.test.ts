import { expect, it } from 'vitest';
import { verdictOf } from '../timing.ts';
import { runKills } from './kill-gateways.ts';

/** As many as fit beside the restarts. */
const LEAST_KILLS = 10;

it('2,000 visitors keep place, order and session while a random gateway is killed every 2 s for 40 s', async () => {
  const run = {
    sessions: 150,
    visitors: 2_000,
    overMs: 30_000,
    stayMs: { least: 2_000, most: 4_000 },
    killEveryMs: 2_000,
    forMs: 40_000,
    seed: 21,
  };
  const outcome = await runKills(run);
  console.log(outcome);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: run.visitors });
  const { kills, schedulingDelayMs } = outcome;
  expect(verdictOf(kills >= LEAST_KILLS, schedulingDelayMs, `${kills} kills`)).not.toBe('failed');
});
