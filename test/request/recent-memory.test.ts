/** What is remembered of visitors is bounded by who comes, not only by a number that takes hours to reach. */
import { expect, test } from 'vitest';
import { createRequestBudget } from '../../gateway/request/budgets.ts';
import { recentMemory } from '../../gateway/request/recent-memory.ts';
import { seededRandom } from '../../load-tests/visitors/random.ts';

const MINUTE_MS = 60_000;

function stage(limit: number) {
  const time = { nowMs: 0 };
  const clock = { monotonicMs: () => time.nowMs, wallMs: () => time.nowMs };
  return { time, clock, memory: recentMemory<number>(limit, { clock, keptMs: () => MINUTE_MS }) };
}

test('it stays bounded, and keeps what is used', () => {
  const { memory } = stage(100);
  memory.set('used', 1);
  for (let i = 0; i < 10_000; i += 1) {
    memory.set(`t${i}`, i);
    expect(memory.get('used')).toBe(1);
  }
  expect(memory.size).toBeLessThanOrEqual(200);
  expect(memory.get('t0')).toBeUndefined();
});

test('with steady visitors it is as large after minutes as after a day, far below its bound', () => {
  const { time, memory } = stage(20_000);
  const largest = (untilMs: number) => {
    let most = 0;
    for (; time.nowMs < untilMs; time.nowMs += 1_000) {
      memory.set(`t${time.nowMs}`, 1);
      most = Math.max(most, memory.size);
    }
    return most;
  };
  const early = largest(10 * MINUTE_MS);
  expect(early).toBeLessThanOrEqual(122);
  expect(largest(1_440 * MINUTE_MS)).toBe(early);
});

test('what is used once in its time is never forgotten for its age', () => {
  const { time, memory } = stage(20_000);
  memory.set('used', 1);
  for (let i = 0; i < 1_000; i += 1) {
    time.nowMs += MINUTE_MS - 1;
    memory.set(`t${i}`, i);
    expect(memory.get('used')).toBe(1);
  }
});

test('budgets that are forgotten were full again: nobody gets more than one whose bucket is kept for ever', () => {
  const { time, clock } = stage(1);
  const budget = createRequestBudget(clock, 1_000);
  const random = seededRandom(7);
  const kept = new Map<string, { left: number; atMs: number }>();
  let refused = 0;
  for (let i = 0; i < 20_000; i += 1) {
    time.nowMs += Math.floor(random() * 2_000);
    const key = `p${Math.floor(random() ** 3 * 50)}`;
    const before = kept.get(key) ?? { left: 10, atMs: time.nowMs };
    const left = Math.min(10, before.left + ((time.nowMs - before.atMs) * 10) / MINUTE_MS);
    const isAllowed = budget.take(key, 10) === 0;
    expect(isAllowed).toBe(left >= 1);
    refused += isAllowed ? 0 : 1;
    kept.set(key, { left: isAllowed ? left - 1 : left, atMs: time.nowMs });
  }
  expect(refused).toBeGreaterThan(100);
});
