/** What holds however Redis forgets. */
import { expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { type Forgetting, runForgetting } from './redis-forgets.ts';

export function itKeepsAll(how: Forgetting, waiting: number): void {
  it(`when Redis is ${how} with ${waiting} waiting`, async () => {
    const run = {
      ...{ how, waiting, sessions: 80, visitors: 200, overMs: 2_500 },
      ...{ stayMs: { least: 1_000, most: 3_000 }, last: 50, seed: 31 },
    };
    const outcome = await runForgetting(run);
    console.log(how, outcome);
    expect(outcome.breaches).toEqual([]);
    expect(outcome.outcomes).toEqual({ left: run.visitors });
    expect(timeVerdict(outcome.callingAgainSeconds, 10, outcome.schedulingDelayMs)).not.toBe('failed');
  });
}
