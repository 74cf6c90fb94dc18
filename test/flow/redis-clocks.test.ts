/** Clocks that are an hour wrong, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runClocks } from '../fault/store/clocks.ts';

const MINUTE_MS = 60_000;

it('clocks that are an hour wrong, or jump by one, admit nobody extra and throw nobody out', async () => {
  const run = {
    shiftsSeconds: [3_600, 0, -3_600],
    everyMs: 1_000,
    endsEarly: true,
    sessions: 5,
    visitors: 50,
    overMs: 1_500,
    stayMs: { least: 500, most: 1_500 },
    seed: 61,
  };
  const outcome = await runClocks(run);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: expect.any(Number), stopped: expect.any(Number) });
  // Of an hour's jump not even a minute is believed.
  expect(Math.abs(outcome.strayedMs)).toBeLessThan(MINUTE_MS);
});
