import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { fakeClock } from './fake-clock.ts';
import { startRedis } from './redis-server.ts';

const HOUR = 3_600;
const NEAR_SECONDS = 60;

test.each([HOUR, -HOUR])('a running Redis has a clock that jumps by %s s, in its scripts too', async (by) => {
  const clock = await fakeClock();
  const redis = await startRedis({ env: clock.env });
  const aheadSeconds = async () => {
    const [seconds] = (await redis.client.eval("return redis.call('TIME')", 0)) as [string];
    return Number(seconds) - Date.now() / 1_000;
  };
  expect(Math.abs(await aheadSeconds())).toBeLessThan(NEAR_SECONDS);
  clock.shift(by);
  expect(Math.abs((await aheadSeconds()) - by)).toBeLessThan(NEAR_SECONDS);
});

test('a running Node has a wall clock that jumps, and timers and a monotonic clock that do not', async () => {
  const clock = await fakeClock();
  const look = 'console.log(JSON.stringify([Date.now(), performance.now()]))';
  const child = spawn(
    process.execPath,
    ['-e', `process.stdin.on('data', () => setTimeout(() => ${look}, 20))`],
    {
      env: { ...process.env, ...clock.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (): Promise<[number, number]> => {
    child.stdin.write('now\n');
    return JSON.parse(String((await lines.next()).value));
  };
  const [wall, monotonic] = await ask();
  clock.shift(HOUR);
  const [laterWall, laterMonotonic] = await ask();
  child.stdin.end();
  child.kill();
  expect(Math.abs(laterWall - wall - HOUR * 1_000)).toBeLessThan(NEAR_SECONDS * 1_000);
  expect(laterMonotonic - monotonic).toBeLessThan(NEAR_SECONDS * 1_000);
});
