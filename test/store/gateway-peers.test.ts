/** Gateways over one real Redis find each other by themselves, by real ports. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../gateway/clock.ts';
import { openPeers } from '../../gateway/store/gateway-peers.ts';
import type { Peers } from '../../gateway/store/peers.ts';
import { createRedisLink } from '../../gateway/store/redis-link.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';

let server: RedisServer;
const opened: Peers[] = [];

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(async () => {
  await server.client.flushall();
});
afterEach(async () => {
  for (const peers of opened.splice(0)) await peers.stop();
});

async function gateway(id: string): Promise<Peers> {
  const link = createRedisLink({
    settings: { kind: 'redis', path: '', prefix: 'hg', commandMs: 2_000, url: server.url },
    log: () => undefined,
    defineScripts: () => undefined,
  });
  cleanUpLater(() => link.stop());
  const peers = openPeers({ slot: { id }, link, prefix: 'hg', clock: systemClock, log: () => undefined });
  opened.push(peers);
  peers.start();
  await link.start();
  await until(async () => (await server.client.hexists('hg:{gateways}', id)) === 1);
  return peers;
}
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
const knows = (peers: Peers, id: string) => peers.all().some((peer) => peer.id === id);

it('gateways find each other, and one whose port is closed is dead as soon as a room names it', async () => {
  const one = await gateway('gateway-one');
  const two = await gateway('gateway-two');
  await one.beat();
  await until(() => knows(two, 'gateway-one'));
  one.hear(['gateway-two', 'nobody']);
  await until(() => knows(one, 'gateway-two'));
  await one.beat();
  one.hear(['gateway-two']);
  await one.beat();
  expect(one.gone()).toEqual([]);
  await two.stop();
  await until(() => {
    one.hear(['gateway-two']);
    return one.gone().includes('gateway-two');
  });
});

it('the registry tells an operator who there is, and forgets who left', async () => {
  const one = await gateway('gateway-one');
  const entry = JSON.parse((await server.client.hget('hg:{gateways}', 'gateway-one')) ?? '{}');
  expect(entry).toEqual({
    address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\.headgate\/live\?gateway=gateway-one$/),
    counter: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  await one.stop();
  expect(await server.client.hgetall('hg:{gateways}')).toEqual({});
});
