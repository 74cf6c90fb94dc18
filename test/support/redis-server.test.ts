import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startRedis } from './redis-server.ts';
import { within } from './within.ts';

test('a Redis without a file forgets everything when it is killed, and comes back on its port', async () => {
  const redis = await startRedis();
  await redis.client.set('a', 1);
  const first = redis.pid;
  await redis.kill();
  await expect(redis.client.get('a')).rejects.toThrow();
  await redis.restart();
  expect(redis.pid).not.toBe(first);
  expect(await redis.cli('get', 'a')).toBe('');
  await expect.poll(() => redis.client.ping().catch(String)).toBe('PONG');
});

test('a Redis that writes each command keeps it through a kill, and loses it with its folder', async () => {
  const redis = await startRedis({ appendonly: 'always' });
  await redis.client.set('a', 1);
  await redis.kill();
  await redis.restart();
  expect(await redis.cli('get', 'a')).toBe('1');
  const before = redis.folder;
  await redis.restart({ sameFolder: false });
  expect(await redis.cli('get', 'a')).toBe('');
  expect(await readdir(before)).toContain('appendonlydir');
});

test('a Redis that is held still answers nothing, and goes on where it was', async () => {
  const redis = await startRedis();
  redis.pause();
  const answer = redis.cli('ping');
  await expect(within(300, 'no answer', answer)).rejects.toThrow('no answer within 300 ms');
  redis.resume();
  expect(await answer).toBe('PONG');
});

test('a Redis that cannot start says why, and so does a command that fails', async () => {
  await expect(startRedis({ args: ['--no-such-setting', '1'] })).rejects.toThrow(/no-such-setting/);
  const redis = await startRedis();
  await expect(redis.cli('incr')).rejects.toThrow(/wrong number of arguments/);
});
