/** Redis is killed, flushed, put back or emptied under a line, in small: the long form is in test/fault. */
import { it } from 'vitest';
import { runForgetting } from '../fault/store/redis-forgets.ts';

for (const how of ['flushed', 'restored'] as const)
  it.concurrent(`places, order and limits are kept when Redis is ${how}`, async ({ expect }) => {
    const run = {
      how,
      sessions: 12,
      visitors: 16,
      overMs: 800,
      stayMs: { least: 300, most: 900 },
      waiting: 60,
      last: 8,
      seed: 31,
    };
    const outcome = await runForgetting(run);
    expect(outcome.breaches).toEqual([]);
    expect(outcome.outcomes).toEqual({ left: run.visitors });
    expect(outcome.callingAgainSeconds).not.toBeNull();
  });
