import { describe, expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { type Lie, runLies } from './lying-network.ts';

describe('a network that lies costs no place and lets nobody in beyond the limit', () => {
  for (const [lie, forMs] of [
    ['cut', 5_000],
    ['late', 3_000],
    ['half-open', 4_000],
  ] as Array<[Lie, number]>)
    it(`when it is ${lie}`, async () => {
      const run = {
        ...{ lie, forMs },
        sessions: 30,
        visitors: 200,
        overMs: 8_000,
        stayMs: { least: 1_000, most: 3_000 },
        seed: 51,
      };
      const outcome = await runLies(run);
      console.log(lie, outcome);
      expect(outcome.breaches).toEqual([]);
      expect(outcome.outcomes).toEqual({ left: run.visitors });
      if (lie === 'cut') expect(outcome.cuts).toBeGreaterThan(10);
      expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
    });
});
