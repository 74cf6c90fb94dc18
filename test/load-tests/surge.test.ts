import { expect, test } from 'vitest';
import { chartOf, formatMs, lineOf, sparkline } from '../../load-tests/surge/chart.ts';
import type { Scene } from '../../load-tests/surge/scene.ts';

const SCENE: Scene = {
  atSeconds: 3,
  waiting: 120,
  gated: { registered: 7, inside: 60, failed: 0, p95Ms: 42.4 },
  bare: { registered: 1, inside: 240, failed: 90, p95Ms: 5058.5 },
};

test('bars rise with their values, the highest fills the line, and nothing is empty', () => {
  expect(sparkline([0, 1, 50, 100], 100).trimEnd()).toBe(' ▁▅█');
  expect(sparkline(Array(99).fill(1), 1)).toBe('█'.repeat(30));
});

test('durations read in milliseconds, and from one second on in seconds', () => {
  expect([formatMs(42.4), formatMs(999.4), formatMs(5058.5)]).toEqual(['42 ms', '999 ms', '5.1 s']);
});

test('a scene shows the line, and both platforms beside each other', () => {
  expect(lineOf(SCENE)).toBe(
    '  3 s │ gate:  120 in line   60 inside    7 registered  p95   42 ms │ no gate:  240 inside    1 registered   90 failed  p95   5.1 s',
  );
  expect(chartOf([SCENE]).join('\n')).toMatch(/in line .*120\n {2}inside .*60\n {2}7 registered/);
});
