import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startRedisProxy } from '../support/redis-proxy.ts';
import { startRedis } from '../support/redis-server.ts';
import { isUp, linkTo, startedLink } from './redis-link-stage.ts';

test('a step whose reply was cut ran once, and its outcome is unknown', async () => {
  const redis = await startRedis();
  const proxy = await startRedisProxy(redis.port);
  const stage = await startedLink({ url: proxy.url });
  expect(await stage.count('before')).toBe('1');
  proxy.cutNextReplies(1);
  expect(await stage.lossOf('cut')).toMatch(
    /cut, or could not be made, before the answer came; whether the step was done is unknown/,
  );
  await isUp(stage);
  expect(await stage.count('after')).toBe('1');
  expect(await redis.cli('get', 'cut')).toBe('1');
});

test('of steps in flight together, those that were cut ran once each at most', async () => {
  const redis = await startRedis();
  const proxy = await startRedisProxy(redis.port);
  const stage = await startedLink({ url: proxy.url, commandMs: 20_000 });
  proxy.set({ toClientMs: 60_000 });
  const outcomes = Array.from({ length: 100 }, (_, index) =>
    stage.count(`k${index}`).catch((error: Error) => error.name),
  );
  await expect.poll(() => redis.cli('dbsize')).toBe('100');
  proxy.cut();
  proxy.pass();
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['StoreLost']));
  await isUp(stage);
  await stage.count('after');
  const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
  expect(new Set(await redis.client.mget(keys))).toEqual(new Set(['1']));
});

test('a Redis that is held still is given up in time, and does nothing twice when it wakes', async () => {
  const redis = await startRedis();
  const stage = await startedLink({ url: redis.url, commandMs: 100 });
  redis.pause();
  expect(await stage.lossOf('held')).toBe(
    'Redis did not answer within 100 ms (store.commandMs); whether the step was done is unknown',
  );
  await expect.poll(() => stage.link.isUp()).toBe(false);
  redis.resume();
  await isUp(stage);
  expect(await stage.count('after')).toBe('1');
  expect(await redis.cli('get', 'held')).toBe('1');
});

test('a connection that is dead without a word is torn down, and the next one goes another way', async () => {
  const redis = await startRedis();
  const proxy = await startRedisProxy(redis.port);
  const stage = await startedLink({ url: proxy.url, commandMs: 100 });
  proxy.set({ mode: 'blackhole' });
  expect(await stage.lossOf('swallowed')).toMatch(/did not answer within 100 ms/);
  await expect.poll(() => stage.link.isUp()).toBe(false);
  proxy.pass();
  await isUp(stage);
  expect(await stage.count('after')).toBe('1');
});

test('scripts that are flushed under load are sent again, and each step runs once', async () => {
  const redis = await startRedis();
  const stage = await startedLink({ url: redis.url });
  let isOver = false;
  const flushing = (async () => {
    while (!isOver) await redis.client.script('FLUSH');
  })();
  const answers: string[] = [];
  for (let round = 0; round < 50; round += 1) {
    const keys = Array.from({ length: 20 }, (_, index) => `flushed:${round}:${index}`);
    answers.push(...(await Promise.all(keys.map((key) => stage.count(key)))));
  }
  isOver = true;
  await flushing;
  expect(answers).toEqual(Array.from({ length: 1_000 }, () => '1'));
  expect(stage.told.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('a Redis that is not there yet is no reason not to start, and is found when it comes', async () => {
  const port = await freePort();
  const stage = linkTo({ url: `redis://127.0.0.1:${port}` });
  const changes: boolean[] = [];
  stage.link.onChange((up) => void changes.push(up));
  await stage.link.start();
  expect(stage.link.isUp()).toBe(false);
  expect(await stage.lossOf('early')).toBe(
    `Redis (127.0.0.1:${port}) cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
  );
  const redis = await startRedis({ port });
  await isUp(stage);
  expect(await stage.count('a')).toBe('1');
  await redis.kill();
  await expect.poll(() => stage.link.isUp()).toBe(false);
  await redis.restart();
  await isUp(stage);
  expect(changes).toEqual([true, false, true]);
});

test('a master that was made a replica is left, and nothing is sent to it while it is one', async () => {
  const [redis, other] = await Promise.all([startRedis(), startRedis()]);
  const stage = await startedLink({ url: redis.url });
  await redis.cli('replicaof', '127.0.0.1', other.port);
  expect(await stage.lossOf('a')).toMatch(/has become a read-only replica and did nothing/);
  await expect.poll(() => stage.link.isUp()).toBe(false);
  await expect
    .poll(() => stage.lossOf('a').catch(String))
    .toMatch(`store.url: 127.0.0.1:${redis.port} is a read-only replica of 127.0.0.1:${other.port}`);
  await redis.cli('replicaof', 'no', 'one');
  await isUp(stage);
  expect(await stage.count('a')).toBe('1');
});

test('a link that was stopped holds no connection, and may be stopped again', async () => {
  const redis = await startRedis();
  const proxy = await startRedisProxy(redis.port);
  const stage = await startedLink({ url: proxy.url });
  await stage.link.stop();
  await stage.link.stop();
  await expect.poll(() => proxy.connections()).toBe(0);
  expect(await stage.lossOf('late')).toMatch(/not connected|cut/);
});

test('a client that has given up for ever is connected again', async () => {
  const redis = await startRedis();
  const stage = await startedLink({ url: redis.url });
  // ioredis ends for good when a failover is announced just while it asks the sentinels; this ends it in the same way.
  stage.link.client.disconnect();
  await expect.poll(() => stage.link.isUp()).toBe(false);
  await isUp(stage);
  expect(await stage.count('a')).toBe('1');
});
