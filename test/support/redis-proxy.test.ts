import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { cleanUpLater } from './clean-up.ts';
import { startRedisProxy } from './redis-proxy.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { untilSo, within } from './within.ts';

let redis: RedisServer;

async function stage() {
  redis ??= await startRedis();
  const proxy = await startRedisProxy(redis.port);
  const client = new Redis({
    port: proxy.port,
    host: '127.0.0.1',
    retryStrategy: () => 20,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  });
  client.on('error', () => {});
  cleanUpLater(() => client.disconnect());
  await client.set('n', 0);
  const untilBack = () =>
    untilSo(60_000, 'the client did not come back', async () => !!(await client.ping()));
  return { proxy, client, untilBack };
}

test('a proxy that passes changes nothing, large values among it', async () => {
  const { client } = await stage();
  const large = 'x'.repeat(3_000_000);
  await client.set('large', large);
  expect(await client.get('large')).toBe(large);
});

test('a delay counts each way', async () => {
  const { proxy, client } = await stage();
  proxy.set({ toRedisMs: 60, toClientMs: 90 });
  const startedMs = performance.now();
  expect(await client.incr('n')).toBe(1);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(149);
});

test('a cut reply leaves the command applied, and the client without an answer', async () => {
  const { proxy, client, untilBack } = await stage();
  proxy.cutNextReplies(1);
  await expect(client.incr('n')).rejects.toThrow();
  expect(proxy.cutSoFar()).toBe(1);
  await untilBack();
  expect(await client.get('n')).toBe('1');
});

test('a share of the replies is cut until it passes again', async () => {
  const { proxy, client, untilBack } = await stage();
  proxy.set({ cutReplies: 1 });
  await expect(client.incr('n')).rejects.toThrow();
  proxy.pass();
  await untilBack();
  expect(Number(await client.get('n'))).toBeGreaterThanOrEqual(1);
});

test('what is held arrives late, even when its sender has gone', async () => {
  const { proxy, client } = await stage();
  proxy.set({ mode: 'hold' });
  const lost = client.incr('n').catch(() => 'lost');
  await expect(within(200, 'no answer', lost)).rejects.toThrow('no answer');
  client.disconnect();
  expect(await lost).toBe('lost');
  expect(await redis.cli('get', 'n')).toBe('0');
  proxy.pass();
  await untilSo(60_000, 'the command did not arrive', async () => (await redis.cli('get', 'n')) === '1');
});

test('a black hole takes connections, answers nothing, tells nobody, and drops what it took', async () => {
  const { proxy, client, untilBack } = await stage();
  proxy.set({ mode: 'blackhole' });
  const lost = client.incr('n').catch(() => 'lost');
  await expect(within(200, 'no answer', lost)).rejects.toThrow('no answer');
  expect(client.status).toBe('ready');
  proxy.pass();
  expect(await lost).toBe('lost');
  await untilBack();
  expect(await client.get('n')).toBe('0');
});

test('a refusing proxy closes what stands and takes nobody, until it passes', async () => {
  const { proxy, client, untilBack } = await stage();
  proxy.set({ mode: 'refuse' });
  await untilSo(60_000, 'the connections were not closed', () => proxy.connections() === 0);
  await expect(client.ping()).rejects.toThrow();
  proxy.pass();
  await untilBack();
});
