/** Sentinels promote a replica that was cut off before, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runFailovers } from '../fault/store/failovers.ts';

it('a failover that loses acknowledged writes loses no place and lets nobody in beyond the limit', async () => {
  const run = {
    failovers: 1,
    cutMs: 500,
    sessions: 10,
    // Many, and long: the line must still stand when the sentinels have agreed, however long that takes.
    visitors: 50,
    overMs: 1_000,
    stayMs: { least: 1_000, most: 3_000 },
    seed: 41,
  };
  const outcome = await runFailovers(run);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.outcomes).toEqual({ left: run.visitors });
  expect(outcome.lostSteps[0]).toBeGreaterThan(0);
  expect(outcome.heldByNobody).toBe(0);
  expect(outcome.callingAgainSeconds).not.toBeNull();
});
