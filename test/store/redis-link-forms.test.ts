import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from '../../load-tests/child-process.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { freePort } from '../support/free-port.ts';
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts';
import { redisCli, startRedis } from '../support/redis-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { TOOLS, toolPath } from '../support/tools.ts';
import { untilSo } from '../support/within.ts';
import { isUp, type LinkStage, refusal, startedLink } from './redis-link-stage.ts';

test('behind one server, Sentinels or a Cluster: whatever is cut ran once at most', async () => {
  const [single, watched, node] = await Promise.all([proxiedRedis(), proxiedRedis(), proxiedNode()]);
  const sentinel = await startSentinel(watched.proxy.port, 'main');
  const sentinels = [`127.0.0.1:${sentinel}`];
  const forms = await Promise.all([
    startedLink({ url: single.proxy.url }),
    startedLink({ sentinels, name: 'main' }),
    startedLink({ nodes: [`127.0.0.1:${node.proxy.port}`] }),
  ]);
  const proxies = [single, watched, node];
  for (const [index, stage] of forms.entries()) {
    const { proxy, redis } = proxies[index]!;
    const { answered, lost } = await countThroughCuts(stage, proxy);
    const counts = await redis.client.mget([...answered, ...lost]);
    expect(counts.slice(0, answered.length)).toEqual(answered.map(() => '1'));
    const applied = counts.slice(answered.length).filter((count) => count !== null);
    expect(applied.length).toBeGreaterThan(5);
    expect(new Set(applied)).toEqual(new Set(['1']));
  }
});

test('after a failover the link finds the new master, though the old one still answers', async () => {
  const redis = await startRedis();
  const replica = await startRedis({
    args: ['--replicaof', '127.0.0.1', String(redis.port)],
  });
  const sentinel = await startSentinel(redis.port, 'main');
  const stage = await startedLink({ sentinels: [`127.0.0.1:${sentinel}`], name: 'main' });
  expect(await stage.count('a')).toBe('1');
  await untilSo(60_000, 'the replica lags', async () => (await replica.client.get('a')) === '1');
  await untilSo(60_000, 'the sentinel knows no replica', async () =>
    (await redisCli(sentinel, 'sentinel', 'replicas', 'main')).includes(String(replica.port)),
  );
  await untilSo(60_000, 'no failover', async () => {
    await redisCli(sentinel, 'sentinel', 'failover', 'main');
    return true;
  });
  await untilSo(60_000, 'the new master was not found', async () => {
    const before = await replica.client.get('b');
    await stage.count('b').catch(() => {});
    return before !== (await replica.client.get('b')) && (await replica.cli('role')).startsWith('master');
  });
  expect(await stage.count('a')).toBe('2');
});

test('sentinels that know no such master, or are none, are refused by the setting', async () => {
  const redis = await startRedis();
  const sentinel = await startSentinel(redis.port, 'main');
  expect(await refusal({ sentinels: [`127.0.0.1:${sentinel}`], name: 'mian' })).toMatch(
    /^HG_STORE_REFUSED store.name: the sentinels know no master of this name/,
  );
  expect(await refusal({ sentinels: [`127.0.0.1:${redis.port}`], name: 'main' })).toMatch(
    /^HG_STORE_REFUSED store.sentinels: .*is no Sentinel/,
  );
});

test('in a cluster a key is found wherever its slot went, and each step runs once', async () => {
  const [one, two] = await startCluster(2);
  const stage = await startedLink({ nodes: [`127.0.0.1:${one!.port}`] });
  const keys = Array.from({ length: 40 }, (_, index) => `key${index}`);
  const counted = async () => Promise.all(keys.map((key) => stage.count(key)));
  expect(await counted()).toEqual(keys.map(() => '1'));
  const [from, to] = [one!, two!];
  const slot = Number(await one!.cli('cluster', 'keyslot', 'key0'));
  const owner = slot < 8192 ? from : to;
  const taker = owner === from ? to : from;
  const [ownerId, takerId] = [await owner.cli('cluster', 'myid'), await taker.cli('cluster', 'myid')];
  await taker.cli('cluster', 'setslot', slot, 'importing', ownerId);
  await owner.cli('cluster', 'setslot', slot, 'migrating', takerId);
  expect(await counted()).toEqual(keys.map(() => '2'));
  // A room has several keys, and not all of them are there always: while its slot moves, a script of it does not run.
  stage.link.client.defineCommand('hg_both', { numberOfKeys: 2, lua: "return redis.call('INCR', KEYS[1])" });
  const both = stage.link.run('hg_both', ['key0', '{key0}:absent'], []);
  await expect(both).rejects.toThrow(/^this room’s slot is being moved to another node of the cluster/);
  await owner.cli('migrate', '127.0.0.1', taker.port, 'key0', 0, 5_000);
  expect(await counted()).toEqual(keys.map(() => '3'));
  for (const node of [taker, owner]) await node.cli('cluster', 'setslot', slot, 'node', takerId);
  expect(await counted()).toEqual(keys.map(() => '4'));
});

test('a master of a cluster that dies takes its own rooms along, and no others', async () => {
  const [one, two] = await startCluster(2, ['--cluster-require-full-coverage', 'no']);
  const stage = await startedLink({ nodes: [one!, two!].map(({ port }) => `127.0.0.1:${port}`) });
  // Slots 15495 and 3300.
  expect([await stage.count('a'), await stage.count('b')]).toEqual(['1', '1']);
  await two!.kill();
  await stage.lossOf('a');
  expect(stage.link.isUp()).toBe(true);
  await untilSo(60_000, 'the room of the living master is lost', async () => (await stage.count('b')) !== '');
  await two!.restart();
  await untilSo(
    60_000,
    'the master that came back is not found',
    async () => (await stage.count('a')) !== '',
  );
});

test('a cluster that is away as a whole is found again, without a busy loop', async () => {
  const [one] = await startCluster(1);
  const stage = await startedLink({ nodes: [`127.0.0.1:${one!.port}`] });
  await one!.kill();
  await stage.lossOf('a');
  await expect.poll(() => stage.link.isUp()).toBe(false);
  await one!.restart();
  await isUp(stage);
  await untilSo(60_000, 'no answer', async () => (await stage.count('a')) !== '');
});

/** Each key is counted once; every third reply or so is cut. */
async function countThroughCuts(stage: LinkStage, proxy: RedisProxy) {
  const answered: string[] = [];
  const lost: string[] = [];
  for (let index = 0; index < 60; index += 1) {
    await isUp(stage);
    const key = `{cut}${index}`;
    proxy.set({ cutReplies: 0.3 });
    const outcome = await stage.count(key).then(
      () => answered,
      () => lost,
    );
    proxy.set({ cutReplies: 0 });
    outcome.push(key);
  }
  return { answered, lost };
}

async function proxiedRedis() {
  const redis = await startRedis();
  return { redis, proxy: await startRedisProxy(redis.port) };
}

/** A cluster of one node, which tells everybody to come through the proxy. */
async function proxiedNode() {
  const [redis] = await startCluster(1);
  const proxy = await startRedisProxy(redis!.port);
  await redis!.cli('config', 'set', 'cluster-announce-port', proxy.port);
  await untilSo(60_000, 'not announced', async () =>
    (await redis!.cli('cluster', 'slots')).includes(String(proxy.port)),
  );
  return { redis: redis!, proxy };
}

async function startCluster(masters: number, args: readonly string[] = []) {
  const own = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1000',
    '--cluster-announce-ip',
    '127.0.0.1',
    ...args,
  ];
  const nodes = await Promise.all(
    Array.from({ length: masters }, async () =>
      startRedis({ port: await portWithBus(), appendonly: 'everysec', args: own }),
    ),
  );
  const share = Math.ceil(16_384 / masters);
  for (const [index, node] of nodes.entries()) {
    const first = index * share;
    await node.cli('cluster', 'addslotsrange', first, Math.min(16_383, first + share - 1));
    if (index > 0) await node.cli('cluster', 'meet', '127.0.0.1', nodes[0]!.port);
  }
  await untilSo(60_000, 'the cluster is not whole', async () => {
    const told = await Promise.all(nodes.map((node) => node.cli('cluster', 'slots')));
    const states = await Promise.all(nodes.map((node) => node.cli('cluster', 'info')));
    const isWhole = told.every((slots) => nodes.every(({ port }) => slots.includes(String(port))));
    return isWhole && states.every((state) => state.includes('cluster_state:ok'));
  });
  return nodes;
}

/** The bus of a node is 10,000 above its port. */
async function portWithBus(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 50_000) return port;
  }
}

async function startSentinel(masterPort: number, name: string): Promise<number> {
  const [port, folder] = [await freePort(), await tempFolder()];
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${masterPort} 1`,
    `sentinel down-after-milliseconds ${name} 30000`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = startProgram(toolPath(TOOLS.redis), [file, '--sentinel'], {}, folder);
  cleanUpLater(() => child.kill());
  await untilSo(60_000, `no sentinel: ${child.output()}`, async () =>
    (await redisCli(port, 'ping')).includes('PONG'),
  );
  return port;
}
