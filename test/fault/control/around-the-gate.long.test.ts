import { expect, it } from 'vitest';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { timeVerdict } from '../timing.ts';
import { runAround, STRAIGHT_SHARE } from './around-the-gate.ts';

const FOUND_WITHIN_MS = 10_000;

it('one request in twenty straight to the platform is found within 10 s', async () => {
  const delay = measureSchedulingDelay();
  const { foundMs, finding, booksShare } = await runAround();
  const delayMs = (await delay.stop()).p99Ms;
  const { share } = finding.evidence;
  console.log({ foundMs, share, booksShare, delayMs });
  expect(timeVerdict(foundMs, FOUND_WITHIN_MS, delayMs)).not.toBe('failed');
  expect(Math.abs(share - STRAIGHT_SHARE)).toBeLessThanOrEqual(0.01);
});
