import { expect, it } from 'vitest';
import { ratioVerdict, STARVED_ANSWER_MS, STARVED_MS, timeVerdict, verdictOf } from '../timing.ts';
import { runStandstill } from './redis-stands-still.ts';

it('who is inside notices nothing of a Redis that stands still for 30 s, and newcomers follow onStoreLoss', async () => {
  const run = {
    sessions: 60,
    free: 12,
    waiting: 20,
    newcomers: 40,
    everyMs: 700,
    beforeMs: 10_000,
    stillMs: 30_000,
    afterMs: 16_000,
  };
  const outcome = await runStandstill(run);
  console.dir(outcome, { depth: 4 });
  const { rooms, p99Ms, schedulingDelayMs } = outcome;
  expect(outcome.breaches).toEqual([]);
  expect(outcome.notServed).toEqual({});
  const noticed = ratioVerdict(p99Ms.before, p99Ms.still, 1.5, outcome.stillDelayMs);
  console.log(`p99 of who is inside, at most 1.5 × before: ${noticed}`);
  expect(noticed).not.toBe('failed');
  expect(rooms.share.letIn).toBeGreaterThan(0);
  expect(rooms.share.letIn).toBeLessThanOrEqual(run.free);
  expect(rooms.share.doors).toEqual({ held: 12 });
  expect(rooms.hold).toMatchObject({ letIn: 0, doors: { held: 12 } });
  expect(rooms.open).toMatchObject({ letIn: run.newcomers, doors: { admitted: 12 } });
  // Where answers were late already, more of them were asked for before one came.
  const lateMs = p99Ms.before > STARVED_ANSWER_MS ? Math.max(STARVED_MS, p99Ms.before) : schedulingDelayMs;
  for (const { gaps, strayLeases } of Object.values(rooms)) {
    // Newcomers come half a second apart, and each of three gateways has one join of a room in flight: done once, no more.
    expect(gaps).toBeGreaterThanOrEqual(0);
    for (const count of [gaps, strayLeases])
      expect(verdictOf(count <= 3, lateMs, `${count} joins of one room in flight`)).not.toBe('failed');
  }
  expect(timeVerdict(outcome.callingAgainSeconds, 10, schedulingDelayMs)).not.toBe('failed');
});
