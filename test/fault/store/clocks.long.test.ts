import { expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { runClocks } from './clocks.ts';

it('clocks that are an hour wrong let nobody in beyond the limit, throw nobody out, and room time goes on', async () => {
  const run = {
    shiftsSeconds: [3_600, 0, -3_600, 0, 3_600, 7_200, -3_600, 0],
    everyMs: 3_000,
    endsEarly: true,
    sessions: 30,
    visitors: 600,
    overMs: 25_000,
    stayMs: { least: 1_000, most: 3_000 },
    seed: 61,
  };
  const outcome = await runClocks(run);
  console.log(outcome);
  expect(outcome.breaches).toEqual([]);
  expect(Object.keys(outcome.outcomes).sort()).toEqual(['left', 'stopped']);
  expect(Math.abs(outcome.strayedMs)).toBeLessThan(run.shiftsSeconds.length * 1_000);
  expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
});
