/** Redis stands still for some seconds and wakes, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runStandstill } from '../fault/store/redis-stands-still.ts';

it('who is inside goes on while Redis stands still, newcomers follow onStoreLoss, and nothing is done twice', async () => {
  const run = {
    sessions: 9,
    free: 3,
    waiting: 2,
    newcomers: 5,
    everyMs: 400,
    beforeMs: 1_200,
    stillMs: 3_000,
    afterMs: 3_000,
  };
  const { breaches, notServed, rooms } = await runStandstill(run);
  expect(breaches).toEqual([]);
  expect(notServed).toEqual({});
  expect(rooms.hold.letIn).toBe(0);
  expect(rooms.share.letIn).toBeLessThanOrEqual(run.free);
  expect(rooms.open.doors).toEqual({ admitted: 12 });
  for (const { strayLeases } of Object.values(rooms)) expect(strayLeases).toBeLessThanOrEqual(3);
});
