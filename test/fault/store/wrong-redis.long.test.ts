import { expect, it } from 'vitest';
import { failureVerdict, timeVerdict, verdictOf } from '../timing.ts';
import { runFlushes, runOutOfMemory } from './wrong-redis.ts';

const RUN = {
  sessions: 40,
  visitors: 220,
  overMs: 9_000,
  stayMs: { least: 1_000, most: 3_000 },
  forMs: 8_000,
  seed: 61,
};

it('scripts are flushed all the time: nobody loses a place, nobody is over, no request fails', async () => {
  const outcome = await runFlushes(RUN);
  console.log(outcome);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: RUN.visitors });
  expect(failureVerdict(outcome), `${outcome.failures} requests failed`).not.toBe('failed');
  const { flushes, schedulingDelayMs } = outcome;
  expect(verdictOf(flushes > 200, schedulingDelayMs, `${flushes} flushes`)).not.toBe('failed');
});

it('memory is used up for 8 s: nobody loses a place, nobody is over, no request fails, and the line calls again within 10 s', async () => {
  const outcome = await runOutOfMemory(RUN);
  console.log(outcome);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: RUN.visitors });
  expect(failureVerdict(outcome), `${outcome.failures} requests failed`).not.toBe('failed');
  expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
});
