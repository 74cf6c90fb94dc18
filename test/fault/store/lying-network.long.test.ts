import { describe, expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { type Lie, runLies } from './lying-network.ts';

describe('a network that lies costs no place and lets nobody in beyond the limit', () => {
  it.each<[Lie, number]>([
    ['cut', 6_000],
    ['late', 4_000],
    ['half-open', 5_000],
  ])('when it is %s', async (lie, forMs) => {
    const run = {
      ...{ lie, forMs, endsEarly: true },
      sessions: 30,
      visitors: 400,
      overMs: 10_000,
      stayMs: { least: 1_000, most: 3_000 },
      seed: 51,
    };
    const outcome = await runLies(run);
    console.log(lie, outcome);
    expect(outcome.breaches).toEqual([]);
    expect(Object.keys(outcome.outcomes).sort()).toEqual(['left', 'stopped']);
    if (lie === 'cut') expect(outcome.cuts).toBeGreaterThan(10);
    expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
  });
});
