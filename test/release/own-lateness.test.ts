/** What a gateway's own event loop adds to latencies, and that it is taken off. */
import { expect, it } from 'vitest';
import { latenessMs, withoutOwn } from '../../gateway/protection/own-lateness.ts';
import type { Evidence } from '../../gateway/release/words.ts';

it('an idle loop adds nothing', () => {
  expect(latenessMs({ count: 50, meanMs: 10, deviationMs: 0 })).toBe(0);
  expect(latenessMs({ count: 0, meanMs: Number.NaN, deviationMs: Number.NaN })).toBe(0);
});

it('a standstill of half a second within a second adds what the answers of that half have waited for', () => {
  // 50 turns of 10 ms and one of 500: answers of half of the time wait for 250 ms in the mean.
  const meanMs = 1000 / 51;
  const deviationMs = Math.sqrt((50 * 10 ** 2 + 500 ** 2) / 51 - meanMs ** 2);
  expect(latenessMs({ count: 51, meanMs, deviationMs })).toBeCloseTo(125 + 2.5 - 5, 5);
});

it('is taken off each good answer, never below nothing', () => {
  const latency: number[] = [];
  const route = { route: 'GET /', class: 'registration' as const, errors: 1, empties: 0, latency };
  const seen = (totalMs: number): Evidence => ({
    ...{ gateway: 'g', window: 1, rooms: {} },
    upstreams: {
      platform: {
        ...{ spanMs: 500, answers: 5, errors: 1, empties: 0 },
        routes: [{ ...route, answers: 5, totalMs }],
        inFlight: { mean: 1, most: 1, now: 1 },
        ...{ queued: 0, shed: {}, oldestMs: 0, longRunning: 0, connections: 1, targets: { up: 1, all: 1 } },
      },
    },
  });
  const totalOf = ({ upstreams }: Evidence) => upstreams.platform!.routes[0]!.totalMs;
  expect(totalOf(withoutOwn(seen(400), 20))).toBe(320);
  expect(totalOf(withoutOwn(seen(40), 20))).toBe(0);
  expect(totalOf(withoutOwn(seen(400), 0.5))).toBe(400);
});
