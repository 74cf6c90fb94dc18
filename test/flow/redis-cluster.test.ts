/** A master of a cluster hands over, and a room's slot moves, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runCluster } from '../fault/store/cluster.ts';

it('rooms of a cluster keep places, order and limits while a master hands over and a slot moves, and rooms of other masters notice nothing', async () => {
  const run = {
    faults: ['asked', 'moved'] as const,
    rooms: 12,
    visitorsEach: 2,
    visitorsInLine: 9,
    overMs: 3_000,
    stayMs: { least: 300, most: 600 },
    calmMs: 500,
    moveMs: 500,
    seed: 42,
  };
  const outcome = await runCluster(run);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.noticed).toEqual([]);
  expect(outcome.failures).toBe(0);
  expect(outcome.outcomes).toEqual({ left: run.rooms * run.visitorsEach + 3 * run.visitorsInLine });
  expect(outcome.heldRooms).toBeGreaterThan(0);
});
