import { expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { runSilence } from './silent-visitors.ts';

it('who types for 24–45 s of an idle time of 60 s is inside afterwards, whatever Redis and the own gateway lost', async () => {
  const run = {
    idleSeconds: 60,
    sessions: 40,
    silent: 24,
    silenceMs: { least: 24_000, most: 45_000 },
    lostAfterMs: 8_000,
    awayMs: 8_000,
    visitors: 400,
    overMs: 30_000,
    seed: 41,
  };
  const outcome = await runSilence(run);
  console.log(outcome);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: run.visitors });
  expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
});
