/** A controller that knows nothing before a platform of 14 registrations a second: surges in its first minute, honest starts, and a platform that all but stops. */
import { describe, expect, it } from 'vitest';
import { capacityOf, playSmall, type SmallOutcome } from './small-platform.ts';

const CAPACITY = capacityOf();
const THINK_MS = 2_000;
const mean = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0) / counts.length;
const admitted = (seen: SmallOutcome, room: string, from: number, until: number): number =>
  mean(seen.rooms[room]!.slice(from, until).map((second) => second.admitted));
const waited = (seen: SmallOutcome, room: string): number =>
  seen.rooms[room]!.reduce((sum, second) => sum + second.waited, 0);

describe.each([1, 2, 3])('seed %i', (seed) => {
  it('twenty times the capacity after a quarter of a minute: it engages at once, and four fifths of the best are served', () => {
    const surge = { arrivals: (at: number) => (at < 15 ? 0.4 : 20) * CAPACITY };
    const seen = playSmall({ seconds: 65, seed, thinkMs: THINK_MS, rooms: { event: surge } });
    expect(seen.judgements.filter(({ atSeconds }) => atSeconds < 15)).toEqual([]);
    expect(admitted(seen, 'event', 15, 21)).toBeLessThan(CAPACITY);
    expect(mean(seen.registered.slice(50, 65))).toBeGreaterThanOrEqual(0.8 * CAPACITY);
  });

  it('the other nine events are not queued', () => {
    const names = Array.from({ length: 9 }, (_, i) => `calm-${i}`);
    const calm = { arrivals: () => 0.03 * CAPACITY };
    const surging = { arrivals: (at: number) => (at < 16 ? 0.03 : 20) * CAPACITY };
    const rooms = { surging, ...Object.fromEntries(names.map((name) => [name, calm])) };
    const seen = playSmall({ seconds: 36, seed, thinkMs: THINK_MS, rooms });
    expect(names.map((name) => waited(seen, name))).toEqual(names.map(() => 0));
    expect(waited(seen, 'surging')).toBeGreaterThan(20);
  });

  it('twenty times slower, it lets in less than half within eight seconds, and all when it is well', () => {
    const capacity = capacityOf(8, 25);
    const seen = playSmall({
      ...{ seconds: 60, seed, thinkMs: 4_000, connections: 8, queryMs: 25, retries: 60 },
      slow: (at) => (at >= 14 && at < 30 ? 20 : 1),
      rooms: { event: { arrivals: () => 0.8 * capacity, admissionsPerMinute: Math.floor(54 * capacity) } },
    });
    expect(admitted(seen, 'event', 18, 22)).toBeLessThan(0.4 * capacity);
    expect(admitted(seen, 'event', 56, 60)).toBeGreaterThan(0.7 * 0.8 * capacity);
  });

  it.each([
    ['at once', () => 0.8],
    ['late', (at: number) => (at < 8 ? 0 : 0.8)],
    ['slowly', (at: number) => Math.min(0.8, 0.05 + at / 50)],
  ])('a gateway that gets its normal load %s engages nobody', (_, share) => {
    const event = { arrivals: (at: number) => share(at) * CAPACITY };
    const seen = playSmall({ seconds: 90, seed, thinkMs: THINK_MS, rooms: { event } });
    expect(waited(seen, 'event')).toBe(0);
  });
});
