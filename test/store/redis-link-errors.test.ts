import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { lossOf } from '../../gateway/store/redis-errors.ts';
import { createTroubles } from '../../gateway/store/redis-troubles.ts';
import { startRedis } from '../support/redis-server.ts';
import { startedLink } from './redis-link-stage.ts';

test('a foreign key under our prefix is named, with what it is', async () => {
  const redis = await startRedis();
  await redis.cli('lpush', 'hg:{platform}:line', 'milk');
  const stage = await startedLink({ url: redis.url });
  expect(await stage.lossOf('hg:{platform}:line')).toBe(
    'hg:{platform}:line is a list, not Headgate’s hash: another program uses the same names. ' +
      'Set store.prefix to another one, or remove the key',
  );
  expect(await redis.cli('lrange', 'hg:{platform}:line', 0, -1)).toBe('milk');
});

test('too few replicas in touch, a full memory and a full disk are told by their settings', async () => {
  const redis = await startRedis();
  const stage = await startedLink({ url: redis.url });
  await redis.cli('config', 'set', 'min-replicas-to-write', 1);
  expect(await stage.lossOf('a')).toMatch(/^min-replicas-to-write: Redis has too few replicas in touch/);
  await redis.cli('config', 'set', 'min-replicas-to-write', 0);
  await redis.cli('config', 'set', 'maxmemory', 1);
  expect(await stage.lossOf('a')).toMatch(/^maxmemory: Redis has reached it and refuses to write/);
  await redis.cli('config', 'set', 'maxmemory', 0);
  await failingSave(redis);
  expect(await stage.lossOf('a')).toMatch(/^stop-writes-on-bgsave-error: Redis could not write to its disk/);
  await redis.cli('config', 'set', 'stop-writes-on-bgsave-error', 'no');
  expect(await stage.count('a')).toBe('1');
});

test('a user who may not run scripts is told of the permission', async () => {
  const redis = await startRedis();
  await redis.cli('acl', 'setuser', 'gate', 'on', '>secret', '~*', '+@all', '-eval', '-evalsha');
  const stage = await startedLink({ url: redis.url, username: 'gate', password: 'secret' });
  expect(await stage.lossOf('a')).toMatch(
    /^the Redis user lacks a permission \(store.username, ACL SETUSER\): NOPERM .*'eval/,
  );
});

test.each([
  ['LOADING Redis is loading the dataset in memory', /still reading its data from disk/],
  ['MASTERDOWN Link with MASTER is down', /has lost its master/],
  ['CLUSTERDOWN The cluster is down', /no master for this room’s slot/],
  ['Too many Cluster redirections. Last error: ReplyError: TRYAGAIN Multiple keys', /slot is being moved/],
  ['NOAUTH Authentication required.', /^store.password: /],
  ['BUSY Redis is busy running a script', /^busy-reply-threshold: /],
  ['ERR something new', /^Redis refused the step: ERR something new$/],
])('%s is told in plain words', (text, wanted) => {
  expect(lossOf(text, 500).message).toMatch(wanted);
});

test('a trouble of a minute is told when it begins, every 10 s, and when it is over', () => {
  const told: string[] = [];
  let nowMs = 0;
  const troubles = createTroubles(
    (level, _facts, message) => void told.push(`${nowMs / 1000} ${level} ${message}`),
    () => nowMs,
  );
  for (; nowMs < 60_000; nowMs += 500) {
    for (let call = 0; call < 100; call += 1) troubles.happened('OOM', 'no memory');
    troubles.look();
  }
  for (; nowMs < 70_000; nowMs += 500) troubles.look();
  troubles.stop();
  expect(told).toEqual([
    '0 error no memory',
    ...[10, 20, 30, 40, 50, 60].slice(0, 5).map((at) => `${at} error for ${at} s now: no memory`),
    '60 error for 60 s now: no memory',
    '62.5 info over after 63 s: no memory',
  ]);
});

test('a connection that is cut again and again is one trouble', () => {
  const told: string[] = [];
  let nowMs = 0;
  const troubles = createTroubles(
    (level, _facts, message) => void told.push(`${level} ${message}`),
    () => nowMs,
  );
  for (; nowMs < 6_000; nowMs += 300) {
    troubles.began('connection', 'cut');
    troubles.ended('connection');
    troubles.look();
  }
  for (; nowMs < 13_000; nowMs += 500) troubles.look();
  troubles.stop();
  expect(told).toEqual(['error cut', 'info over after 9 s: cut']);
});

test('another reason for the same trouble is told at once, each once, and not without end', () => {
  const told: string[] = [];
  const troubles = createTroubles(
    (_level, _facts, message) => void told.push(message),
    () => 0,
  );
  for (let turn = 0; turn < 3; turn++) {
    troubles.began('connection', 'cut');
    troubles.began('connection', 'refused');
  }
  expect(told).toEqual(['cut', 'refused']);
  for (let port = 0; port < 100; port++) troubles.began('connection', `refused by ${port}`);
  expect(told).toHaveLength(5);
  troubles.stop();
});

/** A background save that cannot be written: its folder is gone. */
async function failingSave(redis: Awaited<ReturnType<typeof startRedis>>): Promise<void> {
  await redis.cli('config', 'set', 'save', '3600 1');
  await redis.cli('set', 'unsaved', 1);
  await rm(redis.folder, { recursive: true });
  await redis.cli('bgsave');
  await expect.poll(() => redis.cli('info', 'persistence')).toMatch(/bgsave_status:err/);
}
