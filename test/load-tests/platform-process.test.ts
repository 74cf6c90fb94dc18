import { expect, test } from 'vitest';
import { startChild } from '../../load-tests/child-process.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { startPlatformProcess } from '../support/platform-process.ts';

function runPlatform(...args: string[]) {
  const child = startChild('load-tests/platform/main.ts', args);
  cleanUpLater(() => child.kill());
  return child;
}

test('the platform’s process tells its address, keeps books, changes mode, and ends cleanly by SIGTERM', async () => {
  const platform = await startPlatformProcess({ idleSeconds: 60, integrated: true });
  await platform.setMode({ queryMs: 0, build: '7' });
  expect((await fetch(`${platform.url}/events`)).headers.get('headgate-build')).toBe('7');
  expect(await platform.stats()).toMatchObject({ requests: 1, sessions: { now: 1, most: 1 } });
  await platform.reset();
  expect((await platform.stats()).requests).toBe(0);
  await expect(platform.setMode({ queryMs: -1 })).rejects.toThrow('queryMs');
  expect(await platform.child.kill('SIGTERM')).toBe(0);
});

test('a stream and a request that hangs do not keep the platform from ending', async () => {
  const platform = await startPlatformProcess();
  await platform.setMode({ route: '/api/*', answer: 'hang' });
  const stream = await fetch(`${platform.url}/stream`);
  const hanging = fetch(`${platform.url}/api/login`).catch(() => 'cut');
  await expect.poll(async () => (await platform.stats()).requests).toBe(2);
  expect(await platform.child.kill('SIGTERM')).toBe(0);
  expect(await hanging).toBe('cut');
  await stream.text().catch(() => {});
});

test.each([
  ['a port that is no number', ['--port', 'x'], /--port .*whole number from 0 to 65535/],
  ['an idle time below zero', ['--idle-seconds', '-1'], /--idle-seconds .*number from/],
  ['an unknown option', ['--fast'], /unknown option '--fast'/],
])('wrong usage, %s, is named and ends with 2', async (_what, args, message) => {
  const child = runPlatform(...args);
  await child.printed(message);
  expect(await child.ended).toBe(2);
});

test('help ends with 0', async () => {
  const child = runPlatform('--help');
  await child.printed(/--integrated/);
  expect(await child.ended).toBe(0);
});

test('a port that is taken is named, with the option that changes it, and ends with 1', async () => {
  const first = await startPlatformProcess();
  const child = runPlatform('--port', new URL(first.url).port);
  await child.printed(/address already in use .*--port/);
  expect(await child.ended).toBe(1);
});
