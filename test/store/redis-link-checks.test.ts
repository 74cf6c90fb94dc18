import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusalBy, settingCautions } from '../../gateway/store/redis-checks.ts';
import { freePort } from '../support/free-port.ts';
import { startOldRedis } from '../support/old-redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { linkTo, refusal, startedLink } from './redis-link-stage.ts';

test('a Redis that is too old is refused by its version', async () => {
  const port = await startOldRedis('6.2.14');
  expect(await refusal({ url: `redis://127.0.0.1:${port}` })).toBe(
    `HG_STORE_REFUSED store.url: 127.0.0.1:${port} is Redis 6.2.14; 7.0 or newer is needed`,
  );
});

test('a read-only replica is refused, and its master is named', async () => {
  const redis = await startRedis();
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(redis.port)] });
  expect(await refusal({ url: replica.url })).toBe(
    `HG_STORE_REFUSED store.url: 127.0.0.1:${replica.port} is a read-only replica of 127.0.0.1:${redis.port}; ` +
      'name the master, or use store.sentinels with store.name',
  );
});

test.each(['allkeys-lru', 'volatile-ttl'])(
  'a Redis that evicts (%s) is refused by the setting',
  async (policy) => {
    const redis = await startRedis({ args: ['--maxmemory-policy', policy] });
    expect(await refusal({ url: redis.url })).toMatch(
      /^HG_STORE_REFUSED maxmemory-policy: .* set it to noeviction$/,
    );
  },
);

test('a wrong or missing password is refused, the right one is taken from either place', async () => {
  const { url, port, cli } = await startRedis();
  await cli('config', 'set', 'requirepass', 'open sesame/1');
  const wrong = /^HG_STORE_REFUSED store.password: 127.0.0.1:\d+ refuses it/;
  expect(await refusal({ url })).toMatch(wrong);
  expect(await refusal({ url, password: 'close' })).toMatch(wrong);
  expect(await (await startedLink({ url, password: 'open sesame/1' })).count('a')).toBe('1');
  const inUrl = `redis://:open%20sesame%2F1@127.0.0.1:${port}`;
  expect(await (await startedLink({ url: inUrl })).count('a')).toBe('2');
});

test('a user who may not be told what the server is, is refused', async () => {
  const redis = await startRedis();
  await redis.cli('acl', 'setuser', 'gate', 'on', '>secret', '~*', '+@all', '-info');
  expect(await refusal({ url: redis.url, username: 'gate', password: 'secret' })).toMatch(
    /^HG_STORE_REFUSED store.username: the user may not run INFO/,
  );
});

test('a node of a cluster given as url is refused, and so is a single server given as nodes', async () => {
  const [single, node] = await Promise.all([
    startRedis(),
    startRedis({ args: ['--cluster-enabled', 'yes'] }),
  ]);
  expect(await refusal({ url: node.url })).toBe(
    `HG_STORE_REFUSED store.url: 127.0.0.1:${node.port} is a node of a cluster; name it in store.nodes instead`,
  );
  expect(await refusal({ nodes: [`127.0.0.1:${single.port}`] })).toBe(
    `HG_STORE_REFUSED store.nodes: 127.0.0.1:${single.port} is no node of a cluster; name it in store.url instead`,
  );
});

test('a Sentinel given as url is refused', () => {
  const info = { redis_version: '7.0.15', redis_mode: 'sentinel' };
  expect(refusalBy(info, 'a:26379', 'url')).toMatch(/name it in store.sentinels, with store.name$/);
});

test('TLS works with its authority, and is refused without it', async () => {
  const { tlsPort, ca } = await tlsRedis();
  const url = `rediss://127.0.0.1:${tlsPort}`;
  expect(await (await startedLink({ url, tls: { ca, verify: true } })).count('a')).toBe('1');
  expect(await (await startedLink({ url, tls: { verify: false } })).count('a')).toBe('2');
  expect(await refusal({ url })).toMatch(
    /^HG_STORE_REFUSED store.tls.ca: the certificate of .* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT/,
  );
});

test('TLS against a plain port is refused, and so is plain text against a TLS port', async () => {
  const { port, tlsPort, ca } = await tlsRedis();
  expect(await refusal({ url: `redis://127.0.0.1:${tlsPort}` })).toBe(
    `HG_STORE_REFUSED store.url: 127.0.0.1:${tlsPort} speaks TLS only; write rediss:// in store.url, or name its plain port`,
  );
  expect(await refusal({ url: `rediss://127.0.0.1:${port}`, tls: { ca, verify: true } })).toBe(
    `HG_STORE_REFUSED store.tls: 127.0.0.1:${port} does not speak TLS; name its TLS port, or write redis:// and leave store.tls out`,
  );
});

test('a TLS server that wants a certificate of its clients is refused by its setting', async () => {
  const { tlsPort, ca } = await tlsRedis('yes');
  expect(await refusal({ url: `rediss://127.0.0.1:${tlsPort}`, tls: { ca, verify: true } })).toMatch(
    /^HG_STORE_REFUSED store.tls: .* wants a certificate of its clients; set tls-auth-clients no there$/,
  );
});

test('a Redis that has reached its maxmemory is started with, and told of by the setting', async () => {
  const redis = await startRedis();
  await redis.cli('config', 'set', 'maxmemory', '100kb');
  const stage = await startedLink({ url: redis.url });
  expect(stage.told.join('\n')).toMatch(/error maxmemory: .* has reached it .* and refuses to write/);
  expect(await stage.lossOf('a')).toMatch(/^maxmemory: Redis has reached it and refuses to write/);
});

test('a Redis that writes nothing to disk is warned of once, one that writes is not', async () => {
  const [none, kept] = await Promise.all([startRedis(), startRedis({ appendonly: 'everysec' })]);
  const [warned, quiet] = await Promise.all([startedLink({ url: none.url }), startedLink({ url: kept.url })]);
  await none.restart();
  await expect.poll(() => warned.count('a').catch(() => 'lost')).toBe('1');
  await expect.poll(() => warned.told.filter((line) => line.includes('appendonly'))).toHaveLength(1);
  expect(quiet.told).toEqual([]);
});

test('a cluster that refuses as a whole while one master is down is warned of, a single server is not', () => {
  const config = ['appendonly', 'yes', 'save', '', 'cluster-require-full-coverage', 'yes'];
  expect(settingCautions(config, 'a:6379', 'nodes')).toEqual([
    expect.stringMatching(/^cluster-require-full-coverage: a:6379 has yes; .* Set it to no$/),
  ]);
  expect(settingCautions(config.with(5, 'no'), 'a:6379', 'nodes')).toEqual([]);
  expect(settingCautions(config, 'a:6379', 'url')).toEqual([]);
});

test('a server that is refused after an outage is lost, with the same words in the log', async () => {
  const redis = await startRedis();
  const stage = await startedLink({ url: redis.url });
  await redis.restart({ args: ['--maxmemory-policy', 'allkeys-lru'] });
  const words = `maxmemory-policy: 127.0.0.1:${redis.port} has allkeys-lru`;
  await expect.poll(() => stage.told.join('\n')).toContain(`error ${words}`);
  expect(stage.link.isUp()).toBe(false);
  expect(await stage.lossOf('a')).toContain(words);
});

test('a start waits no longer for an address that takes connections and says nothing', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stage = linkTo({ url: `redis://127.0.0.1:${port}` });
  await stage.link.start();
  expect(await stage.lossOf('a')).toBe(
    `Redis (127.0.0.1:${port}) cannot be reached: it takes connections and does not answer`,
  );
  await stage.link.stop();
  server.close();
});

async function tlsRedis(authClients = 'no') {
  const folder = await tempFolder();
  const [key, ca] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', ca];
  execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' });
  const tlsPort = await freePort();
  const files = ['--tls-cert-file', ca, '--tls-key-file', key, '--tls-ca-cert-file', ca];
  const args = ['--tls-port', String(tlsPort), ...files, '--tls-auth-clients', authClients];
  const { port } = await startRedis({ args });
  return { port, tlsPort, ca };
}
