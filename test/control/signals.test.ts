/** An external signal counts for its time to live by the gateway's own clock, however it was published, and never longer. */
import { describe, expect, it } from 'vitest';
import { createSignalMemory } from '../../gateway/control/signals.ts';
import type { PublishedSignal } from '../../gateway/control/words.ts';
import { NOON } from './reports.ts';

const signal = (change: Partial<PublishedSignal> = {}): PublishedSignal => ({
  ...{ name: 'lag', upstream: 'platform', value: 3, limit: 10, ttlSeconds: 10, at: NOON, ageMs: 0 },
  ...change,
});

function memory() {
  const clock = { nowMs: 50_000, monotonicMs: () => clock.nowMs };
  const signals = createSignalMemory(clock);
  return {
    signals,
    staleAfter(ms: number) {
      clock.nowMs += ms;
      return signals.list().map(({ isStale }) => isStale);
    },
  };
}

describe('a signal', () => {
  it('is stale when its time is over, published again or not: a dead admin process keeps none alive', () => {
    const { signals, staleAfter } = memory();
    signals.see([signal({ ageMs: 1_000 })], 500);
    expect(staleAfter(8_000)).toEqual([false]);
    signals.see([signal({ ageMs: 1_000 })], 500);
    expect(staleAfter(500)).toEqual([true]);
  });

  it('that is posted again counts anew', () => {
    const { signals, staleAfter } = memory();
    signals.see([signal()], 0);
    expect(staleAfter(9_000)).toEqual([false]);
    signals.see([signal({ at: '2026-12-01T12:00:09.000Z' })], 0);
    expect(staleAfter(9_000)).toEqual([false]);
    expect(staleAfter(1_000)).toEqual([true]);
  });

  it('from before the gateway looked, or from a time when it could not, may be of any age: it is stale', () => {
    const { signals, staleAfter } = memory();
    signals.see([signal()], Number.POSITIVE_INFINITY);
    expect(staleAfter(0)).toEqual([true]);
    signals.see([signal({ at: '2026-12-01T12:01:00.000Z' })], 60_000);
    expect(staleAfter(0)).toEqual([true]);
  });

  it('that nobody posts any more is gone', () => {
    const { signals, staleAfter } = memory();
    signals.see([signal(), signal({ name: 'queue' })], 0);
    signals.see([signal()], 0);
    expect(staleAfter(0)).toEqual([false]);
  });
});
