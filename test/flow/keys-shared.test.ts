/** Three gateways on one Redis, with the deployment's keys, with others, and with none: who lacks them says so, and nobody's place is overwritten. */
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { newKeys } from '../../gateway/request/key-commands.ts';
import { readRoom } from '../../gateway/store/redis-room.ts';
import { startChild } from '../../load-tests/child-process.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION, visitor } from '../support/http-client.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOM = 'event-4711';
const PAGE = '/ereg/newreg.php?eventid=4711';
const TICKET = `hg_t_${ROOM}`;

interface Ready {
  ready: boolean;
  keys: string;
  missingKeys?: string[];
  keysDetail?: string;
}
type Visitor = ReturnType<typeof visitor>;

let redis: RedisServer;
let platform: SmallPlatform;
let root: string;
let goodKid: string;
let good: GatewayProcess;
let other: GatewayProcess;
let empty: GatewayProcess;
/** Inside, and first in line: both by the good gateway. */
let inside: Visitor;
let waiting: Visitor;

beforeAll(async () => {
  redis = await startRedis();
  root = await tempFolder();
  platform = await startSmallPlatform();
  goodKid = await makeKeys('good');
  await makeKeys('other');
  good = await start('good', false);
  [other, empty] = await Promise.all([start('other', true), start('empty', true)]);
  inside = visitor(good.url);
  expect((await inside.open(PAGE)).state).toBe('admitted');
  waiting = visitor(good.url);
  expect((await waiting.open(PAGE)).state).toBe('waiting');
});

function start(name: string, mayBeUnready: boolean, more = ''): Promise<GatewayProcess> {
  return startGateway({
    mayBeUnready,
    config: `
store: { kind: redis, url: "${redis.url}" }
keys: { path: "${join(root, name)}" }
drain: { delaySeconds: 0 }
passes: { bind: agent }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { "event-{eventid}": { limits: { sessions: 1 } }, platform: {}, summit: {} }
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass }
  - { name: summit, match: { path: /summit/* }, room: summit }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
${more}
`,
  });
}

async function makeKeys(name: string): Promise<string> {
  const [line] = await newKeys(join(root, name), Date.now());
  return /made (\S+)/.exec(line as string)?.[1] as string;
}

async function copyKeys(from: string, to: string): Promise<void> {
  await mkdir(join(root, to), { recursive: true });
  for (const name of await readdir(join(root, from)))
    if (name.endsWith('.jwk')) await cp(join(root, from, name), join(root, to, name));
}

async function readiness(gate: GatewayProcess): Promise<Ready & { status: number }> {
  const answer = await ask(`${gate.url}/.headgate/ready`);
  return { status: answer.status, ...answer.json<Ready>() };
}

async function standings(gate: GatewayProcess): Promise<string[]> {
  const answer = await ask(`${gate.url}/.headgate/status`, { headers: { accept: 'application/json' } });
  return answer
    .json<{ gateways: { name: string; keys: string }[] }>()
    .gateways.map(({ keys }) => keys)
    .sort();
}

/** The same visitor, sent to another gateway. */
function at(gate: GatewayProcess, { jar }: Visitor): Visitor {
  const moved = visitor(gate.url);
  for (const [name, value] of jar) moved.jar.set(name, value);
  return moved;
}

async function numberOf(who: Visitor): Promise<number> {
  return (await who.send(`/.headgate/rooms/${ROOM}/ticket`)).json<{ number: number }>().number;
}

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString()) as { kid: string }).kid;

async function rotate(...more: string[]): Promise<{ code: number | null; output: string }> {
  const child = startChild('gateway/main.ts', ['keys', '--config', good.configPath, 'rotate', ...more], {
    HEADGATE_DATA: good.data,
  });
  return { code: await child.ended, output: child.output() };
}

const BAD: ReadonlyArray<[string, () => GatewayProcess]> = [
  ['another set of keys', () => other],
  ['no keys', () => empty],
];

describe.each(BAD)('a gateway with %s', (_, gate) => {
  test('runs, is not ready, and names the key that it lacks', async () => {
    await expect
      .poll(() => readiness(gate()))
      .toMatchObject({ status: 503, ready: false, keys: 'missing', missingKeys: [goodKid] });
    expect((await readiness(gate())).keysDetail).toContain('copy');
    await gate().printed(new RegExp(`"level":"error".*"missingKeys":\\["${goodKid}"\\]`));
    const metrics = await ask(`${gate().metricsUrl}/metrics`);
    expect(metrics.text).toContain('headgate_keys_missing 1');
  });

  test('takes neither a number nor a slot for a newcomer whom it cannot give a pass', async () => {
    const room = gate() === other ? 'event-81' : 'event-82';
    const reply = await visitor(gate().url).open(PAGE.replace('4711', room.slice(6)));
    expect([reply.status, reply.state, reply.setCookies]).toEqual([503, 'held', []]);
    const stored = await readRoom(redis.client, 'hg', room);
    expect([stored!.lanes.default!.issued, stored!.sessions.size]).toEqual([0, 0]);
  });

  test('asks who holds a ticket or a pass to wait, and overwrites neither', async () => {
    const number = await numberOf(waiting);
    for (const who of [waiting, inside]) {
      const reply = await at(gate(), who).open(PAGE);
      expect([reply.status, reply.state, reply.setCookies]).toEqual([200, 'held', []]);
      expect(reply.text).toMatch(/http-equiv="?refresh/i);
    }
    expect((await waiting.open(PAGE)).state).toBe('waiting');
    expect(await numberOf(waiting)).toBe(number);
    expect((await inside.open(PAGE)).state).toBe('admitted');
  });

  test('gives newcomers nothing that another gateway could not read', async () => {
    const before = (await ask(`${good.url}/.headgate/rooms/${ROOM}/status`)).json<{ issued: number }>()
      .issued;
    const person = await ask(gate().url + PAGE, { headers: NAVIGATION });
    expect([person.status, person.state, person.setCookies]).toEqual([503, 'held', []]);
    expect(person.text).toMatch(/http-equiv="?refresh/i);
    const program = await ask(gate().url + PAGE, { headers: { accept: 'application/json' } });
    expect([program.status, program.state]).toEqual([503, 'waiting']);
    expect(program.headers['headgate-ticket']).toBeUndefined();
    expect(Number(program.headers['retry-after'])).toBeGreaterThan(0);
    const place = await ask(`${gate().url}/.headgate/rooms/${ROOM}/tickets`, { method: 'POST' });
    expect([place.status, place.json().code]).toEqual([503, 'HG_KEYS_MISSING']);
    const after = (await ask(`${good.url}/.headgate/rooms/${ROOM}/status`)).json<{ issued: number }>().issued;
    expect(after).toBe(before);
  });
});

test('every gateway tells how all of them stand', async () => {
  for (const gate of [good, other, empty])
    await expect.poll(() => standings(gate)).toEqual(['missing', 'missing', 'ok']);
  expect(await readiness(good)).toMatchObject({ status: 200, keys: 'ok' });
});

test('a gateway without keys takes them up when they are copied, without a restart', async () => {
  await copyKeys('good', 'empty');
  await expect.poll(() => readiness(empty)).toMatchObject({ status: 200, keys: 'ok' });
  expect((await at(empty, waiting).open(PAGE)).state).toBe('waiting');
  expect((await at(empty, inside).open(PAGE)).state).toBe('admitted');
});

describe('a rotation', () => {
  test('is refused while a live gateway lacks the new key, and changes nothing', async () => {
    const next = await makeKeys('good');
    const refused = await rotate();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`${next} is not held by`);
    const current = JSON.parse((await redis.client.hget('hg:{keys}', 'current')) ?? '') as { ticket: string };
    expect(current.ticket).toBe(goodKid);
  });

  test('under use refuses no ticket and no pass', async () => {
    const number = await numberOf(waiting);
    await other.stop();
    await copyKeys('good', 'empty');
    for (const gate of [good, empty]) gate.signal('SIGHUP');
    for (const gate of [good, empty]) await gate.printed(/configuration reloaded/);
    const seen = new Set<string>();
    let isOver = false;
    const use = async () => {
      while (!isOver) {
        for (const gate of [good, empty]) {
          seen.add(
            `waiting: ${(await at(gate, waiting).open(PAGE)).state} ${await numberOf(at(gate, waiting))}`,
          );
          seen.add(`inside: ${(await at(gate, inside).open(PAGE)).state}`);
          const newcomer = visitor(gate.url);
          await newcomer.open(PAGE);
          seen.add(`newcomer: ${(await at(gate === good ? empty : good, newcomer).open(PAGE)).state}`);
        }
      }
    };
    const using = use();
    await expect.poll(async () => (await rotate()).output).toContain('2 of 2 live gateways hold it');
    const signers = async () => {
      const kids = await Promise.all(
        [good, empty].map(async (gate) => {
          const newcomer = visitor(gate.url);
          await newcomer.open(PAGE);
          return kidOf(newcomer.jar.get(TICKET) as string);
        }),
      );
      return kids.filter((kid) => kid === goodKid).length;
    };
    await expect.poll(signers).toBe(0);
    isOver = true;
    await using;
    expect([...seen].sort()).toEqual(['inside: admitted', 'newcomer: waiting', `waiting: waiting ${number}`]);
  });
});

test('a gateway without the secret of a draw is not ready, and takes nobody into the drawn room', async () => {
  await copyKeys('good', 'drawless');
  const opensAt = new Date(Date.now() + 3_600_000).toISOString();
  const launch = `launches: [{ name: summit, room: summit, opensAt: ${opensAt}, prequeueMinutes: 120, draw: true }]`;
  const gate = await start('drawless', true, launch);
  expect(await readiness(gate)).toMatchObject({ status: 503, keys: 'missing', missingKeys: ['draw.secret'] });
  const newcomer = visitor(gate.url);
  const refused = await newcomer.open('/summit/register');
  expect([refused.status, refused.state, refused.setCookies]).toEqual([503, 'held', []]);
  await cp(join(root, 'good', 'draw.secret'), join(root, 'drawless', 'draw.secret'));
  await expect.poll(() => readiness(gate)).toMatchObject({ status: 200, keys: 'ok' });
  expect((await newcomer.open('/summit/register')).state).toBe('prequeue');
});

test('a Redis that comes back empty is told which keys sign', async () => {
  const before = JSON.parse((await redis.client.hget('hg:{keys}', 'current')) ?? '') as object;
  await redis.client.flushall();
  await expect
    .poll(async () => JSON.parse((await redis.client.hget('hg:{keys}', 'current')) ?? 'null'), {
      timeout: 60_000,
    })
    .toEqual(before);
  expect(await readiness(good)).toMatchObject({ status: 200, keys: 'ok' });
});
