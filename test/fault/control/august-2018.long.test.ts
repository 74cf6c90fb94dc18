import { expect, it } from 'vitest';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { timeVerdict } from '../timing.ts';
import { runAugust } from './august-2018.ts';

const FOUND_WITHIN_MS = 10_000;
const MENDED_WITHIN_MS = 5_000;

it('uncovered addresses are named within 10 s, and 5 s after the activation nothing goes unqueued', async () => {
  const delay = measureSchedulingDelay();
  const seen = await runAugust();
  const delayMs = (await delay.stop()).p99Ms;
  const { foundMs, mendedMs, shares, dryRunShare, changedShare, finished, begun } = seen;
  console.log({ foundMs, mendedMs, shares, dryRunShare, changedShare, finished, begun, delayMs });
  expect(timeVerdict(foundMs, FOUND_WITHIN_MS, delayMs)).not.toBe('failed');
  expect(timeVerdict(mendedMs, MENDED_WITHIN_MS, delayMs)).not.toBe('failed');
  expect(finished).toBe(begun);
});
