import { expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { runFailovers } from './failovers.ts';

it('ten failovers that lose acknowledged writes lose no place and let in nobody too many, and the line calls again within 10 s', async () => {
  const run = {
    failovers: 5,
    cutMs: 1_000,
    sessions: 30,
    visitors: 150,
    overMs: 8_000,
    stayMs: { least: 1_000, most: 3_000 },
    silentMs: 12_000,
  };
  // Beside each other, since most of the time is spent waiting for sentinels.
  const outcomes = await Promise.all([41, 42].map((seed) => runFailovers({ ...run, seed })));
  for (const outcome of outcomes) {
    console.log(outcome);
    expect(outcome.breaches).toEqual([]);
    expect(outcome.outcomes).toEqual({ left: run.visitors });
    expect(outcome.heldByNobody).toBe(0);
    // Only then was there anything to survive.
    expect(Math.min(...outcome.lostSteps)).toBeGreaterThan(0);
    expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
  }
});
