import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDatabase, type WorkOutcome } from '../../load-tests/platform/database.ts';

// 20 connections × 20 ms: 1,000 queries a second.
const HEALTHY = { databaseConnections: 20, queryMs: 20, slowFactor: 1 };
const PATIENCE_MS = 5000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Requests of two queries each, evenly spread; the share of the capacity that was answered in time, after 10 s to settle. */
async function goodput(share: number, settings = HEALTHY): Promise<number> {
  const database = createDatabase(settings, PATIENCE_MS);
  const perSecond = 500 * share;
  const outcomes: WorkOutcome[] = [];
  let due = 0;
  for (let second = 0; second < 30; second++) {
    for (let slice = 0; slice < 100; slice++) {
      for (due += perSecond / 100; due >= 1; due--) {
        const isSettled = second >= 10;
        void database
          .work({ queries: 2, leaks: false })
          .then((outcome) => isSettled && outcomes.push(outcome));
      }
      await vi.advanceTimersByTimeAsync(10);
    }
  }
  return outcomes.filter((outcome) => outcome === 'done').length / (500 * 20);
}

test.each([0.5, 0.9, 1])('the database answers all it is asked at %f of its capacity', async (share) => {
  expect(await goodput(share)).toBeGreaterThan(share * 0.97);
});

test.each([5, 20])(
  'the database collapses at %d times its capacity: next to nothing is answered in time',
  async (share) => {
    expect(await goodput(share)).toBeLessThan(0.1);
  },
);

test('a database that slows down by 20 collapses under the load that it bore before', async () => {
  expect(await goodput(0.5, { ...HEALTHY, slowFactor: 20 })).toBeLessThan(0.1);
});

test('a request that is given up leaves its query to the database', async () => {
  const database = createDatabase({ databaseConnections: 1, queryMs: 10_000, slowFactor: 1 }, PATIENCE_MS);
  const outcome = database.work({ queries: 1, leaks: false });
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(await outcome).toBe('late');
  expect(database.stats().inUse).toBe(1);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(database.stats().inUse).toBe(0);
});

test('the database works well again when the load has ended', async () => {
  const database = createDatabase(HEALTHY, PATIENCE_MS);
  for (let i = 0; i < 5000; i++) void database.work({ queries: 2, leaks: false });
  expect(await Promise.race([database.work({ queries: 1, leaks: false }), 'pending'])).toBe('refused');
  await vi.advanceTimersByTimeAsync(30_000);
  const outcome = database.work({ queries: 2, leaks: false });
  await vi.advanceTimersByTimeAsync(40);
  expect(await outcome).toBe('done');
});

test('queries are answered first come, first served', async () => {
  const database = createDatabase({ databaseConnections: 1, queryMs: 10, slowFactor: 1 }, PATIENCE_MS);
  const order: number[] = [];
  for (const i of [1, 2, 3]) void database.work({ queries: 1, leaks: false }).then(() => order.push(i));
  await vi.advanceTimersByTimeAsync(30);
  expect(order).toEqual([1, 2, 3]);
});
