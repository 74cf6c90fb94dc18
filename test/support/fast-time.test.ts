/** A process in fast time: all its clocks and timers keep their proportions, and none keeps the real pace. */
import { expect, test } from 'vitest';
import { startProgram } from '../../load-tests/child-process.ts';

const FAST_TIME = new URL('./fast-time.ts', import.meta.url).pathname;

/** The array form of `hrtime` is left as it was, to measure by. */
const PROGRAM = `
import { setTimeout as sleep } from 'node:timers/promises';
import { setTimeout as plain } from 'node:timers';
const now = () => ({ real: process.hrtime()[0] * 1e3 + process.hrtime()[1] / 1e6, mono: performance.now(), wall: Date.now(), made: new Date().getTime(), nano: Number(process.hrtime.bigint()) / 1e6 });
const before = now();
await sleep(1000);
await new Promise((done) => setTimeout(done, 1000));
await new Promise((done) => plain(done, 1000));
await new Promise((done) => { let left = 10; const timer = setInterval(() => --left || done(clearInterval(timer)), 100); });
const after = now();
console.log('took ' + JSON.stringify(Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]))));
console.log('dated ' + [new Date(0).toISOString(), new Date() instanceof Date, typeof Date(), new Date(2026, 0).getFullYear()].join());
`;

test('10 times as fast, all clocks run 10 times as far and all timers are true to them', async () => {
  const args = ['--input-type=module', '--import', FAST_TIME, '--eval', PROGRAM];
  const child = startProgram(process.execPath, args, { FAST_TIME: '10' });
  await child.ended;
  const took = JSON.parse(/took (.*)/.exec(child.output())![1]!) as Record<string, number>;
  for (const clock of ['mono', 'wall', 'made', 'nano']) {
    expect(took[clock]! / took.real!, clock).toBeCloseTo(10, 0);
    expect(took[clock]).toBeGreaterThanOrEqual(3_990);
  }
  expect(child.output()).toContain('dated 1970-01-01T00:00:00.000Z,true,string,2026');
});
