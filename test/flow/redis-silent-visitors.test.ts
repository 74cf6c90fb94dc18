/** People type while Redis loses everything and two of three gateways are killed, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runSilence } from '../fault/store/silent-visitors.ts';

it('who is silent while everything is lost is inside afterwards, and nobody is in their place', async () => {
  const run = {
    idleSeconds: 12,
    sessions: 12,
    silent: 8,
    silenceMs: { least: 5_000, most: 7_000 },
    lostAfterMs: 2_000,
    awayMs: 1_000,
    visitors: 40,
    overMs: 1_000,
    seed: 41,
  };
  const outcome = await runSilence(run);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: run.visitors });
});
