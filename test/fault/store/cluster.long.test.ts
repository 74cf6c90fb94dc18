import { expect, it } from 'vitest';
import { failureVerdict, timeVerdict } from '../timing.ts';
import { runCluster } from './cluster.ts';

it('200 rooms over 3 masters keep places, order and limits through failover, kill and a slot that moves, and rooms of other masters notice nothing', async () => {
  const run = {
    faults: ['asked', 'killed', 'moved'] as const,
    rooms: 200,
    visitorsEach: 4,
    visitorsInLine: 36,
    overMs: 28_000,
    stayMs: { least: 1_000, most: 2_000 },
    calmMs: 3_000,
    moveMs: 2_000,
    seed: 41,
  };
  const outcome = await runCluster(run);
  console.log(outcome);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.noticed).toEqual([]);
  expect(failureVerdict(outcome), `${outcome.failures} requests failed`).not.toBe('failed');
  expect(outcome.outcomes).toEqual({ left: run.rooms * run.visitorsEach + 3 * run.visitorsInLine });
  expect(outcome.roomsByMaster).toHaveLength(3);
  expect(outcome.heldRooms).toBeGreaterThan(10);
  for (const fault of run.faults)
    expect(timeVerdict(outcome.pauseSeconds[fault]!, 10, outcome.schedulingDelayMs)).not.toBe('failed');
});
