/** Figures of a stage: counters that begin anew lose nothing, and a room's limit is held against the platform's own books. */
import { describe, expect, it } from 'vitest';
import type { PlatformStats } from '../../load-tests/platform/books.ts';
import { overLimit } from '../../load-tests/stage/platform-figures.ts';
import { createGrowth, createWindow } from '../../load-tests/stage/rates.ts';

describe('a rate', () => {
  it('goes on when its process was started again', () => {
    const growth = createGrowth();
    for (const count of [100, 130, 5, 10]) growth.take('one', count);
    growth.take('two', 1_000);
    expect(growth.total()).toBe(30 + 5 + 5);
  });

  it('is of the last seconds alone', () => {
    const window = createWindow(5_000);
    expect(window.grownBy(0, 0)).toBeNull();
    for (let second = 1; second <= 20; second++) window.grownBy(second * 1_000, second < 10 ? 0 : 60);
    expect(window.grownBy(21_000, 90)).toEqual({ count: 30, seconds: 5 });
  });
});

describe('sessions above a limit', () => {
  const books = (now: number, byEvent: PlatformStats['byEvent']) =>
    ({ sessions: { now, most: now }, byEvent }) as PlatformStats;

  it('are of the event that the room is named for, over all targets', () => {
    const all = [books(30, { 4711: { now: 8, most: 8 } }), books(30, { 4711: { now: 7, most: 8 } })];
    expect(overLimit(all, [{ room: 'event-4711', sessions: 10 }])).toBe(5);
    expect(overLimit(all, [{ room: 'event-4711', sessions: 20 }])).toBe(0);
  });

  it('are of everybody inside where a single room has a limit and no event is named', () => {
    expect(overLimit([books(30, {})], [{ room: 'site', sessions: 10 }])).toBe(20);
  });

  it('are unknown where no room has a limit', () => {
    expect(overLimit([books(30, {})], [])).toBeNull();
  });
});
