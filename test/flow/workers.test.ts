/** Several processes on one port: visitors meet one gate, and the death of one process is nobody else's. */
import { writeFile } from 'node:fs/promises';
import { request as send } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'undici';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../load-tests/child-process.ts';
import { sharedKeys } from '../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { reload } from '../support/reload.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const WORKERS = 3;
/** Ends a wait that hangs; it decides nothing. */
const SOON = { interval: 20, timeout: 60_000 };

let redis: RedisServer;
let platform: SmallPlatform;
let keys: string;
let gate: GatewayProcess;

beforeAll(async () => {
  [redis, platform, keys] = await Promise.all([startRedis(), startSmallPlatform(), sharedKeys()]);
});

afterEach(async () => {
  platform.release();
  await gate?.kill('SIGTERM');
});

interface Parts {
  workers?: number;
  prefix?: string;
  drain?: string;
  state?: string;
}

const config = ({
  workers = WORKERS,
  drain = '{ delaySeconds: 0, seconds: 20 }',
  state = 'open',
  prefix = 'hg',
}: Parts = {}) => `
workers: ${workers}
drain: ${drain}
store: { kind: redis, url: "${redis.url}", prefix: ${prefix} }
keys: { path: "${keys}" }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  event: { state: ${state}, limits: { sessions: 1, submitReserve: 0 } }
  site: { allowance: { inFlight: 1000 } }
rules: [{ name: event, match: { path: /event/* }, room: event }]
default: { room: site, upstream: platform }
`;

const start = async (parts: Parts = {}) => {
  gate = await startGateway({ config: config(parts) });
};

/** Of those that listened, the newest of each number, in the order of their numbers. */
function pids(): number[] {
  const lines = gate.output().match(/^\{.*"msg":"worker listening"\}$/gm) ?? [];
  const told = lines.map((line) => JSON.parse(line) as { worker: number; pid: number });
  return [...new Map(told.map(({ worker, pid }) => [worker, pid])).entries()]
    .sort(([a], [b]) => a - b)
    .map(([, pid]) => pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The part of a request's id that one process gives to all of its requests. */
const processOf = (id: unknown) => String(id).split('-')[0] as string;

/** A request on a connection of its own. */
function askAnew(path: string): Promise<{ status: number | undefined; state: unknown; process: string }> {
  return new Promise((resolve, reject) => {
    send(gate.url + path, { agent: false, headers: NAVIGATION }, (answer) => {
      answer.resume().on('end', () => {
        const { 'headgate-state': state, 'headgate-request-id': id } = answer.headers;
        resolve({ status: answer.statusCode, state, process: processOf(id) });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Asks anew until each of the workers has answered; the answers of each, by process. */
async function askEveryWorker(path: string): Promise<Map<string, unknown>> {
  const answers = new Map<string, unknown>();
  await expect
    .poll(async () => {
      const { process: by, state } = await askAnew(path);
      return answers.set(by, state).size;
    }, SOON)
    .toBe(WORKERS);
  return answers;
}

/** A kept connection, and the process that it is with. */
async function connect(): Promise<{ client: Client; process: string; get(path: string): Promise<number> }> {
  const client = new Client(gate.url, { keepAliveTimeout: 60_000 });
  const answer = await client.request({ path: '/api/hello', method: 'GET' });
  await answer.body.text();
  const get = async (path: string) => {
    const { statusCode, body } = await client.request({ path, method: 'GET' });
    await body.text();
    return statusCode;
  };
  return { client, process: processOf(answer.headers['headgate-request-id']), get };
}

const metric = async (pattern: RegExp) =>
  Number(pattern.exec((await ask(`${gate.metricsUrl}/metrics`)).text)?.[1]);

describe('several workers', () => {
  it('share one port and one line, and are counted together', async () => {
    await start();
    expect(new Set(pids()).size).toBe(WORKERS);
    expect(pids()).not.toContain(gate.pid);
    const states = [...(await askEveryWorker('/event/form')).values()];
    expect(states.filter((state) => state === 'waiting').length).toBeGreaterThanOrEqual(WORKERS - 1);
    const requests = /headgate_requests_total\{room="site",class="registration",state="admitted"\} (\d+)/;
    for (let asked = 0; asked < 9; asked++) await askAnew('/api/x');
    await expect.poll(() => metric(requests), SOON).toBe(9);
    // One visitor is inside, whichever worker is asked.
    await expect.poll(() => metric(/headgate_room_sessions\{room="event"\} (\d+)/), SOON).toBe(1);
    expect(await metric(/headgate_workers (\d+)/)).toBe(WORKERS);
    const ready = await ask(`${gate.metricsUrl}/ready`);
    expect(ready.json()).toEqual({
      ready: true,
      store: 'ok',
      upstreams: { platform: 'ok' },
      keys: 'ok',
      revision: 1,
      workers: { wanted: WORKERS, running: WORKERS, ready: WORKERS },
    });
  });

  it('one that is killed is replaced, and no request of the others fails', async () => {
    await start();
    const before = pids();
    const kept = await Promise.all(Array.from({ length: 12 }, connect));
    const forwarded = () => metric(/headgate_requests_total\{room="site".*state="allowed"\} (\d+)/);
    await expect.poll(forwarded, SOON).toBe(kept.length);
    const victim = before[0] as number;
    process.kill(victim, 'SIGKILL');
    const outcomes = await Promise.all(
      kept.map(async ({ process: by, get }) => ({
        by,
        outcome: await get('/slow?ms=200').catch(() => 'cut'),
      })),
    );
    const failed = new Set(outcomes.filter(({ outcome }) => outcome !== 200).map(({ by }) => by));
    expect(failed.size).toBe(1);
    const [dead] = failed;
    expect(outcomes.filter(({ by, outcome }) => by !== dead && outcome !== 200)).toEqual([]);
    await gate.printed(/a worker ended by SIGKILL; another takes its place/);
    await expect.poll(() => pids()[0] !== victim, SOON).toBe(true);
    expect(pids().slice(1)).toEqual(before.slice(1));
    expect([...(await askEveryWorker('/api/x')).keys()]).not.toContain(dead);
    // What the dead one had counted is not forgotten: a sum that falls would be read as one that began anew.
    const answered = outcomes.filter(({ outcome }) => outcome === 200).length;
    expect(await forwarded()).toBe(kept.length + answered);
    expect(await metric(/headgate_workers_replaced_total (\d+)/)).toBe(1);
    await Promise.all(kept.map(({ client }) => client.destroy()));
  });

  it('a connection on its way to one that is killed is closed, not left open for ever', async () => {
    await start();
    const held = pids()[0] as number;
    process.kill(held, 'SIGSTOP');
    const asked = Array.from({ length: 9 }, () =>
      askAnew('/api/x').then(
        () => 'answered',
        () => 'closed',
      ),
    );
    let answered = 0;
    for (const one of asked) void one.then((outcome) => (answered += outcome === 'answered' ? 1 : 0));
    await expect.poll(() => answered, SOON).toBe(8);
    process.kill(held, 'SIGKILL');
    expect((await Promise.all(asked)).filter((outcome) => outcome === 'closed')).toHaveLength(1);
  });
});

describe('a start that is refused', () => {
  /** Its admin process publishes what these gateways are to obey: none of the other tests' are meant. */
  const elsewhere = () => config({ prefix: 'refused' });
  const run = async (text: string, env: NodeJS.ProcessEnv = {}) => {
    const folder = await tempFolder();
    const file = join(folder, 'headgate.yaml');
    await writeFile(file, text);
    const ports = { HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' };
    const child = startChild('gateway/main.ts', ['start'], {
      ...{ HEADGATE_CONFIG: file, HEADGATE_DATA: join(folder, 'data'), ...ports, ...env },
    });
    const code = await child.ended;
    return { code, told: child.output().match(/^headgate: HG_.*$/gm) ?? [] };
  };

  it.each(['HEADGATE_PORT', 'HEADGATE_METRICS_PORT'])(
    'for a taken port is told once (%s)',
    async (variable) => {
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(0, '0.0.0.0', resolve));
      const { port } = holder.address() as AddressInfo;
      const { code, told } = await run(elsewhere(), { [variable]: String(port) });
      holder.close();
      expect([code, told]).toEqual([
        1,
        [expect.stringMatching(`HG_PORT_TAKEN.*:${port} is taken; set ${variable}`)],
      ]);
    },
  );

  it('for a store that would lose places is told once', async () => {
    const evicting = await startRedis({ args: ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'] });
    const { code, told } = await run(elsewhere().replace(redis.url, evicting.url));
    expect([code, told]).toEqual([1, [expect.stringContaining('maxmemory-policy')]]);
  });
});

describe('a reload', () => {
  it('is taken by every worker, and by those that start later', async () => {
    await start();
    expect(await reload(gate, config({ state: 'offline' }))).toMatchObject({ msg: 'configuration reloaded' });
    expect([...(await askEveryWorker('/event/form')).values()]).toEqual(Array(WORKERS).fill('offline'));
    // The file is broken by now; what is in force is not.
    await gate.writeConfig('rooms: 5\n');
    const victim = pids()[0] as number;
    process.kill(victim, 'SIGKILL');
    await expect.poll(() => pids()[0] !== victim, SOON).toBe(true);
    expect([...(await askEveryWorker('/event/form')).values()]).toEqual(Array(WORKERS).fill('offline'));
  });

  it('that is wrong, or needs a restart, changes no worker and is told once', async () => {
    await start();
    const wrong = await reload(gate, 'rooms: 5\n');
    expect(wrong.msg).toContain('not reloaded, the old one stays in force');
    const structural = await reload(gate, config({ workers: 2, state: 'offline' }));
    expect(structural.error).toMatch(/need a restart: workers changed \(3 → 2\)/);
    expect([...(await askEveryWorker('/event/form')).values()]).not.toContain('offline');
    expect(gate.output().match(/"msg":"configuration/g)).toHaveLength(2);
  });
});

describe('SIGTERM', () => {
  it('drains all: not ready at once, accepting a while longer, then finishing what is in flight', async () => {
    await start({ drain: '{ delaySeconds: 1.5, seconds: 20 }' });
    const workers = pids();
    const held = Array.from({ length: 6 }, () => askAnew('/held'));
    await expect.poll(() => platform.held(), SOON).toBe(6);
    const ended = gate.kill('SIGTERM');
    await gate.printed(/"msg":"draining"/);
    expect((await ask(`${gate.metricsUrl}/ready`)).json()).toMatchObject({ ready: false });
    const looks = await Promise.all(Array.from({ length: 6 }, () => askAnew('/.headgate/ready')));
    expect(looks.map(({ status }) => status)).toEqual(Array(6).fill(503));
    expect((await askAnew('/api/late')).status).toBe(200);
    await expect
      .poll(
        () =>
          askAnew('/api').then(
            () => 'accepted',
            () => 'refused',
          ),
        SOON,
      )
      .toBe('refused');
    platform.release();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await ended).toBe(0);
    expect(workers.filter(isAlive)).toEqual([]);
    expect(gate.output()).not.toMatch(/a worker ended|is killed/);
  });

  it('kills a worker that does not end in time, and ends with 0', async () => {
    await start({ drain: '{ delaySeconds: 0, seconds: 1 }' });
    const [held] = pids() as [number];
    process.kill(held, 'SIGSTOP');
    expect(await gate.kill('SIGTERM')).toBe(0);
    expect(gate.output()).toContain(`"pid":${held},"msg":"a worker did not end in time and is killed"`);
    expect(isAlive(held)).toBe(false);
  });
});

describe('when the first process is killed', () => {
  it('the workers finish what is in flight and end, and the port is free at once', async () => {
    await start();
    const workers = pids();
    const held = Array.from({ length: 6 }, () => askAnew('/held'));
    await expect.poll(() => platform.held(), SOON).toBe(6);
    await gate.kill('SIGKILL');
    expect(workers.filter(isAlive)).toEqual(workers);
    await gate.restart();
    expect((await askAnew('/api/x')).status).toBe(200);
    platform.release();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    await expect.poll(() => workers.filter(isAlive), SOON).toEqual([]);
  });
});
