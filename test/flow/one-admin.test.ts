/** One admin process a deployment: whoever else is started goes on without, is refused plainly, or takes over when it is gone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Child, startChild } from '../../load-tests/child-process.ts';
import type { AdminClient } from '../support/admin-client.ts';
import { listening } from '../support/admin-process.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { sharedKeys } from '../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask } from '../support/http-client.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilSo } from '../support/within.ts';

const ADMIN_LISTENS = /"msg":"the admin API listens"/;
const PATIENCE_MS = 60_000;
const FREE_PORTS = { HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' };

let redis: RedisServer;
let config: string;
let starts: GatewayProcess[];

beforeAll(async () => {
  const [store, platform, keys] = await Promise.all([startRedis(), startSmallPlatform(), sharedKeys()]);
  redis = store;
  config = `
store: { kind: redis, url: "${redis.url}" }
keys: { path: "${keys}" }
drain: { delaySeconds: 0 }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { site: {} }
rules: []
default: { room: site, upstream: platform }
`;
  starts = await Promise.all([1, 2, 3].map(() => startGateway({ config, admin: true })));
});

/** `headgate start --admin-only`, on data of its own. */
async function startAlone(text: string): Promise<Child & { data: string }> {
  const folder = await tempFolder();
  const data = join(folder, 'data');
  await mkdir(data);
  await writeFile(join(folder, 'headgate.yaml'), text);
  const env = { HEADGATE_CONFIG: join(folder, 'headgate.yaml'), HEADGATE_DATA: data, ...FREE_PORTS };
  const child = startChild('gateway/main.ts', ['start', '--admin-only'], env);
  cleanUpLater(() => child.kill());
  return { ...child, data };
}

/** Of the admin process that was started last. */
let present: AdminClient;
const withAdmin = () => starts.filter((one) => ADMIN_LISTENS.test(one.output()));

describe('of three that are started at once', () => {
  it('one is the admin process, and the others serve visitors without one, and say so', async () => {
    await untilSo(PATIENCE_MS, 'one has the admin process', () => withAdmin().length > 0);
    const [first] = withAdmin();
    for (const one of starts.filter((each) => each !== first))
      await one.printed(/"msg":"this gateway runs without an admin process of its own"/);
    expect(withAdmin()).toEqual([first]);
    for (const { url } of starts) expect((await ask(`${url}/list`)).status).toBe(200);
    const api = await first!.api();
    await untilSo(PATIENCE_MS, 'it hears of all three', async () => {
      const { items } = await api.get<{ items: unknown[] }>('gateways');
      return items.length === starts.length;
    });
  });

  it('one beside them that is nothing else is refused, and says who is', async () => {
    const late = await startAlone(config);
    expect(await late.ended).toBe(1);
    expect(late.output()).toMatch(/^headgate: HG_ADMIN_RUNNING: .*process \d+/m);
    expect(late.output()).not.toMatch(ADMIN_LISTENS);
  });

  it('one that is started when it was stopped takes over at once, with what it had published', async () => {
    const [first] = withAdmin();
    const before = await (await first!.api()).get<{ number: number; config: string }>('revisions/active');
    expect(await first!.stop()).toBe(0);
    const next = await startAlone(config);
    const api = await listening(next, next.data);
    expect(next.output()).not.toContain('HG_ADMIN_RUNNING');
    const { number } = await api.get<{ number: number }>('revisions/active');
    expect(number).toBeGreaterThanOrEqual(before.number);
    await untilSo(PATIENCE_MS, 'the gateways obey it', async () => {
      const { items } = await api.get<{ items: { revision: number; serial: number }[] }>('gateways');
      return items.length === 2 && items.every(({ revision, serial }) => serial > 0 && revision === number);
    });
    present = api;
  });

  it('one that lost its right to another changes nothing more and names it, until it has it again', async () => {
    const post = () => present.send('POST', 'messages', { room: null, text: 'Who hears this?' });
    expect((await post()).status).toBe(201);
    await redis.client.hset('hg:{control}', 'admin', `${Date.now() + 3_600_000} somebody else`);
    await untilSo(PATIENCE_MS, 'it is refused', async () => (await post()).status === 409);
    expect((await post()).json()).toMatchObject({ detail: expect.stringContaining('somebody else') });
    const { items: before } = await present.get<{ items: unknown[] }>('messages');
    await redis.client.hdel('hg:{control}', 'admin');
    await untilSo(PATIENCE_MS, 'it is taken again', async () => (await post()).status === 201);
    const { items: after } = await present.get<{ items: unknown[] }>('messages');
    expect(after).toHaveLength(before.length + 1);
  });
});

it('an admin process alone is refused where the store lives in the gateway', async () => {
  const alone = await startAlone(config.replace(/store: .*\n/, ''));
  expect(await alone.ended).toBe(1);
  expect(alone.output()).toMatch(/^headgate: HG_CONFIG: store\.kind: embedded .*cannot run alone/m);
});
