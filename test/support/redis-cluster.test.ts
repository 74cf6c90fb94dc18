import { Cluster } from 'ioredis';
import { expect, test } from 'vitest';
import { cleanUpLater } from './clean-up.ts';
import { startCluster } from './redis-cluster.ts';

test('a cluster goes on after an order to fail over, after a kill with the link cut, and while a slot moves', async () => {
  const group = await startCluster();
  const client = new Cluster(group.servers.map(({ port }) => ({ host: '127.0.0.1', port })));
  client.on('error', () => {});
  cleanUpLater(() => client.disconnect());
  const key = 'hg:{event-1}:line';
  await client.set(key, 1);
  expect(await group.masters()).toHaveLength(3);

  const first = await group.masterOf('event-1');
  const second = await group.failover(first, 'asked');
  expect(await group.masterOf('event-1')).toBe(second);
  expect(await client.get(key)).toBe('1');

  await group.heal();
  await group.cutLink(second);
  await client.set(key, 2);
  expect(await group.failover(second, 'killed')).toBe(first);
  await expect.poll(() => client.get(key).catch(String)).toBe('1');
  await group.heal();

  await client.set('hg:{event-1}:inside', 7);
  const third = await group.migrate('event-1');
  expect(third).not.toBe(first);
  expect(await group.masterOf('event-1')).toBe(third);
  expect(await client.mget(key, 'hg:{event-1}:inside')).toEqual(['1', '7']);
  await group.heal();
});
