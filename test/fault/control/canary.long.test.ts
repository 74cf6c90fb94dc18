/** Revisions in stages, by the clock: a bad one is back within 15 s and never ran elsewhere, a good one is everywhere within 60 s. */
import { expect, it } from 'vitest';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { timeVerdict, verdictOf } from '../timing.ts';
import { runBadCanary, runDyingCanary, runGoodCanary } from './canary-runs.ts';

const BACK_WITHIN_MS = 15_000;
const EVERYWHERE_WITHIN_MS = 60_000;

it('a revision that makes one request in twenty fail is taken back within 15 s, and the others never ran it', async () => {
  const delay = measureSchedulingDelay();
  const seen = await runBadCanary();
  const delayMs = (await delay.stop()).p99Ms;
  console.log({ ...seen, delayMs });
  expect(seen.ranIt).toHaveLength(1);
  expect(seen.state).toBe('rolled-back');
  expect(timeVerdict(seen.backMs, BACK_WITHIN_MS, delayMs)).not.toBe('failed');
});

it('a good revision runs everywhere within 60 s', async () => {
  const delay = measureSchedulingDelay();
  const seen = await runGoodCanary();
  const delayMs = (await delay.stop()).p99Ms;
  console.log({ ...seen, delayMs });
  // It is compared with gateways that share its cores: where programs are late, one of them is slower by chance.
  expect(verdictOf(seen.state === 'active', delayMs, `it is ${seen.state}: ${seen.activation}`)).not.toBe(
    'failed',
  );
  expect(timeVerdict(seen.everywhereMs, EVERYWHERE_WITHIN_MS, delayMs)).not.toBe('failed');
});

it('a gateway that dies as the first one to run a revision leaves one clear state', async () => {
  const seen = await runDyingCanary();
  console.log(seen);
  expect(seen.staged).toBeNull();
  expect(new Set(seen.revisions).size).toBe(1);
});
