import { describe, expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { type Forgetting, runForgetting } from './redis-forgets.ts';

const WAITING: Record<Forgetting, number> = {
  killed: 2_000,
  flushed: 20_000,
  restored: 4_000,
  emptied: 2_000,
};

describe('places, order and limits are kept, and the line calls again within 10 s', () => {
  for (const how of Object.keys(WAITING) as Forgetting[])
    it(`when Redis is ${how} with ${WAITING[how]} waiting`, async () => {
      const run = {
        how,
        sessions: 80,
        visitors: 160,
        overMs: 2_500,
        stayMs: { least: 1_000, most: 3_000 },
        waiting: WAITING[how],
        last: 50,
        seed: 31,
      };
      const outcome = await runForgetting(run);
      console.log(how, outcome);
      expect(outcome.breaches).toEqual([]);
      expect(outcome.outcomes).toEqual({ left: run.visitors });
      expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
    });
});
