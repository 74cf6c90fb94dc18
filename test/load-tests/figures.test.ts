import { expect, test } from 'vitest';
import { covers } from '../../load-tests/platform/mode.ts';
import { createPercentiles } from '../../load-tests/platform/percentiles.ts';
import { createSessions } from '../../load-tests/platform/sessions.ts';
import { createSlidingMinute } from '../../load-tests/platform/sliding-minute.ts';

test('percentiles are right to within 5 %', () => {
  const percentiles = createPercentiles();
  expect(percentiles.at(0.95)).toBe(0);
  for (let ms = 1; ms <= 1000; ms++) percentiles.record(ms);
  for (const share of [0.5, 0.95, 0.99]) {
    const ratio = percentiles.at(share) / (share * 1000);
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.06);
  }
});

test('the most in a minute counts across the turn of the minute, and 60 s later not at all', () => {
  const minute = createSlidingMinute();
  for (const atMs of [59_000, 59_500, 60_100, 118_999, 119_000]) minute.add(atMs);
  expect(minute.most()).toBe(4);
});

test('a session ends when its idle time is over, and each page begins that time anew', () => {
  let nowMs = 0;
  const sessions = createSessions(600_000, () => nowMs);
  const [quiet, busy] = [sessions.begin(), sessions.begin()];
  nowMs = 400_000;
  sessions.touch(busy.id);
  nowMs = 600_000;
  expect([sessions.touch(quiet.id), sessions.stats().sessions]).toEqual([null, { now: 1, most: 2 }]);
  nowMs = 1_000_000;
  expect(sessions.stats().sessions.now).toBe(0);
});

test.each([
  ['/api/*', '/api/login', true],
  ['/api/*', '/api', true],
  ['/api/*', '/apiary', false],
  ['/ereg/*/x', '/ereg/a/b/x', true],
  ['/ereg/*/x', '/ereg/x', false],
  ['/a*a', '/a', false],
  ['/events', '/events', true],
  ['/events', '/events/1', false],
  [null, '/anything', true],
])('the route %s covers %s: %s', (route, path, expected) => {
  expect(covers(route, path)).toBe(expected);
});
