import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sendArrivals } from '../../load-tests/visitors/arrivals.ts';
import type { Answer } from '../../load-tests/visitors/client.ts';
import { saturate } from '../../load-tests/visitors/saturate.ts';
import type { VisitorPlan } from '../../load-tests/visitors/words.ts';
import { turnsOf } from '../fault/protection/limit-check.ts';
import { startSmallPlatform } from '../support/small-platform.ts';

const plan = (address: string): VisitorPlan => ({
  ...{ kind: 'browser', address, givesUpAfterPolls: null, stayMs: 0, fillsForm: false },
  ...{ leaves: false, retries: 0, patienceMs: 5_000 },
});

test('as many come as the rate says, however late the sender is', async () => {
  const platform = await startSmallPlatform();
  const beganMs = performance.now();
  const arrivals = sendArrivals({
    ...{ base: platform.url, perSecond: 100, spread: 'even' as const, seed: 1, plan: () => plan('/ok') },
  });
  const blockedUntilMs = performance.now() + 300;
  while (performance.now() < blockedUntilMs);
  await sleep(100);
  arrivals.setRate(0);
  const due = ((performance.now() - beganMs) / 1_000) * 100;
  const came = (await arrivals.stop(5_000)).length;
  expect(came).toBeGreaterThanOrEqual(Math.floor(due) - 2);
  expect(came).toBeLessThanOrEqual(Math.ceil(due));
});

test('visitors come whatever became of those before, and who is still there at the end is stopped, unheard', async () => {
  const platform = await startSmallPlatform();
  const heard: Answer[] = [];
  const arrivals = sendArrivals({
    ...{ base: platform.url, perSecond: 200, seed: 1, plan: () => plan('/held') },
    onAnswer: (_asked, answer) => heard.push(answer),
  });
  while (platform.held() < 10) await sleep(10);
  const records = await arrivals.stop();
  expect(new Set(records.map(({ outcome }) => outcome))).toEqual(new Set(['stopped']));
  expect(heard).toEqual([]);
});

test('saturation keeps so many at once, and no more', async () => {
  const platform = await startSmallPlatform();
  const saturation = saturate({ base: platform.url, atOnce: 4, spreadMs: 0, plan: plan('/held') });
  while (platform.held() < 4) await sleep(10);
  platform.release();
  while (platform.seen.length < 8) await sleep(10);
  expect(platform.held()).toBe(4);
  await saturation.stop();
});

test('a rate that falls and rises again turns twice; one that swings turns at every swing; what is small is no turn', () => {
  const points = (rates: number[]) => rates.map((perMinute, atMs) => ({ atMs, perMinute }));
  expect(turnsOf(points([100, 104, 96, 101]), 25)).toBe(0);
  expect(turnsOf(points([100, 60, 10, 12, 50, 100, 96]), 25)).toBe(2);
  expect(turnsOf(points([100, 10, 90, 20, 95, 15, 100]), 25)).toBe(6);
});
