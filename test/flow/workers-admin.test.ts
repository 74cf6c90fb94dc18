/** Several workers with the admin process in the first one: what becomes a revision is what each of them runs. */
import { request as send } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AdminClient } from '../support/admin-client.ts';
import { sharedKeys } from '../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { NAVIGATION } from '../support/http-client.ts';
import { startRedis } from '../support/redis-server.ts';
import { reload } from '../support/reload.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

const WORKERS = 2;
/** Ends a wait that hangs; it decides nothing. */
const PATIENCE_MS = 60_000;

let config: (rules: string) => string;
let gate: GatewayProcess;
let api: AdminClient;

beforeAll(async () => {
  const [redis, platform, keys] = await Promise.all([startRedis(), startSmallPlatform(), sharedKeys()]);
  config = (rules) => `
workers: ${WORKERS}
drain: { delaySeconds: 0, seconds: 20 }
store: { kind: redis, url: "${redis.url}" }
keys: { path: "${keys}" }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { site: {} }
rules: [${rules}]
default: { room: site, upstream: platform }
`;
  gate = await startGateway({ config: config(''), admin: true });
  api = await gate.api();
  await untilSo(
    PATIENCE_MS,
    'the admin hears of every worker',
    async () => (await revisions()).length === WORKERS,
  );
});

// Killed, it would leave workers that finish and write for a moment longer.
afterAll(() => gate?.stop());

const revisions = async () => {
  const { items } = await api.get<{ items: { revision: number; serial: number }[] }>('gateways');
  return items.filter(({ serial }) => serial > 0).map(({ revision }) => revision);
};

/** By the process that answered, on a connection of its own. */
function askAnew(): Promise<{ worker: string; state: unknown }> {
  return new Promise((resolve, reject) => {
    send(`${gate.url}/list`, { agent: false, headers: NAVIGATION }, (answer) => {
      const { 'headgate-state': state, 'headgate-request-id': id } = answer.headers;
      answer.resume().on('end', () => resolve({ worker: String(id).split('-')[0] as string, state }));
    })
      .on('error', reject)
      .end();
  });
}

/** What each worker makes of a request, asked until all have answered. */
async function statesOfAll(): Promise<unknown[]> {
  const states = new Map<string, unknown>();
  await untilSo(PATIENCE_MS, 'every worker answers', async () => {
    const { worker, state } = await askAnew();
    return states.set(worker, state).size === WORKERS;
  });
  return [...states.values()];
}

it('a reload is a revision, and has been taken by every worker once it is said', async () => {
  const before = await api.get<{ number: number }>('revisions/active');
  const bypass = '{ name: lists, match: { path: /list }, action: bypass }';
  const said = await reload(gate, config(bypass));
  expect(said).toMatchObject({ msg: 'configuration reloaded', revision: before.number + 1 });
  expect(await statesOfAll()).toEqual(Array(WORKERS).fill('bypassed'));
  const active = await api.get<{ number: number; source: string }>('revisions/active');
  expect(active).toMatchObject({ number: before.number + 1, source: 'file' });
  await untilSo(PATIENCE_MS, 'all acknowledge it', async () =>
    (await revisions()).every((revision) => revision === active.number),
  );
});

it('what the API activates is run by every worker, and by one that takes the place of another', async () => {
  const text = config('{ name: lists, match: { path: /list }, room: site, class: api }');
  const { number } = await api.done<{ number: number }>('POST', 'revisions', {
    config: text,
    reason: 'queued',
  });
  const { headers } = await api.send('GET', 'revisions/active');
  const match = { 'if-match': String(headers.etag) };
  await api.done('POST', `revisions/${number}/activate`, { stage: 'none', reason: 'queued' }, match);
  await untilSo(PATIENCE_MS, 'no worker bypasses', async () => !(await statesOfAll()).includes('bypassed'));
  const [, pid] = /"worker":1,"pid":(\d+)/.exec(gate.output()) ?? [];
  process.kill(Number(pid), 'SIGKILL');
  await gate.printed(/a worker ended by SIGKILL; another takes its place/);
  await untilSo(PATIENCE_MS, 'two acknowledge it again', async () => {
    const live = await revisions();
    return live.length === WORKERS && live.every((revision) => revision === number);
  });
  expect(await statesOfAll()).not.toContain('bypassed');
});

it('a file that is wrong is refused and told once, and no worker changes', async () => {
  const before = await api.get<{ number: number }>('revisions/active');
  expect((await reload(gate, 'rooms: 5\n')).msg).toContain('not reloaded, the old one stays in force');
  expect((await api.get<{ number: number }>('revisions/active')).number).toBe(before.number);
  expect(gate.output().match(/"msg":"configuration not/g)).toHaveLength(1);
});
