import { expect, it } from 'vitest';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { timeVerdict } from '../timing.ts';
import { runSeptember } from './september-2019.ts';

const WITHIN_MS = 10_000;

it('what contradicts a pin, and a gateway with another file, are told within 10 s', async () => {
  const delay = measureSchedulingDelay();
  const { contradictionMs, strayMs, roomsAfterDeploy } = await runSeptember();
  const delayMs = (await delay.stop()).p99Ms;
  console.log({ contradictionMs, strayMs, delayMs });
  expect(roomsAfterDeploy).toEqual(['platform', 'platform', 'platform']);
  expect(timeVerdict(Math.max(contradictionMs, strayMs), WITHIN_MS, delayMs)).not.toBe('failed');
});
