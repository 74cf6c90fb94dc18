/** Laws of the scripts as scripts: how their parts come together, and what they leave in a real Redis. */
import { decode, encode } from '@msgpack/msgpack';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { configure } from '../../gateway/line/configure.ts';
import { createRoom } from '../../gateway/line/room.ts';
import { openSession } from '../../gateway/line/sessions.ts';
import { roomKeys } from '../../gateway/store/redis-keys.ts';
import { readRoom, writeRoom } from '../../gateway/store/redis-room.ts';
import {
  commandOf,
  defineScripts,
  SCRIPTS,
  type ScriptName,
  scriptText,
} from '../../gateway/store/redis-scripts.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { comparable } from './differential-same.ts';
import { HOUR_MS, lawOf } from './law.ts';

const ROOM = 'event-1';
const KEYS = roomKeys('hg', ROOM);

let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url);
  defineScripts(client);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});
beforeEach(() => client.flushall());

type Answer = Record<string, unknown> & { view: Record<string, unknown> };
type Command = (...words: (string | Buffer)[]) => Promise<Buffer>;

async function run(name: ScriptName, args: unknown[], caller: Record<string, unknown> = {}): Promise<Answer> {
  const told = {
    gateway: 'a',
    gone: [],
    lastAt: 0,
    sinceMs: 0,
    lastSeq: 0,
    endedSeen: 0,
    leasesSeen: 0,
    ...caller,
  };
  const command = (client as unknown as Record<string, Command>)[`${commandOf(name)}Buffer`]!;
  const words = [Buffer.from(encode(told)), '', Buffer.from(encode(args))];
  return decode(await command.call(client, ...KEYS, ...words)) as Answer;
}

const ids = (count: number, prefix = 'v') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('every part of a script stands in it once, and every directive is resolved', () => {
  for (const name of SCRIPTS) {
    const text = scriptText(name);
    expect(text).not.toMatch(/^--- @/m);
    expect(text.match(/^local function save_room/gm)).toHaveLength(1);
  }
});

test('a room that was never configured is unknown to every script, and nothing is written', async () => {
  for (const name of SCRIPTS.filter((script) => script !== 'configure'))
    expect(await run(name, [])).toEqual({ unknown: true });
  expect(await client.dbsize()).toBe(0);
});

test('the scripts take the time and the identity of the server they run on', async () => {
  const before = Number((await client.time())[0]) * 1000;
  const { view } = await run('configure', [lawOf(), 1]);
  const runId = /run_id:(\w+)/.exec(await client.info('server'))![1];
  expect(view.at).toBeGreaterThanOrEqual(before);
  expect(view.at).toBeLessThan(before + 60_000);
  expect((await readRoom(client, 'hg', ROOM))?.server).toBe(runId);
});

test('after a restart of the server from its file the room holds, though no counter is missing', async () => {
  const room = createRoom(ROOM);
  const now = Date.now() - 1_000;
  const caller = { gateway: 'a', gone: [], server: 'before', time: now, lastAt: 0, sinceMs: 0, lastSeq: 0 };
  configure(room, { ...caller, floors: null }, lawOf(), 1);
  await writeRoom(client, 'hg', room);
  const { view } = await run('call', []);
  expect(view).toMatchObject({ losses: 1, holdUntil: (view.at as number) + 3_000 });
});

test('more than 1,000 ids at once are refused before anything is written', async () => {
  await run('configure', [lawOf(), 1]);
  await expect(run('join', ['default', ids(1_001)])).rejects.toThrow('at most 1000');
  const { view } = await run('join', ['default', ids(1_000)]);
  expect(view).toMatchObject({ issued: 1_000, sessions: 1_000, seq: 2 });
});

test('a gateway is told of every lease that changed, a bounded part at a time', async () => {
  await run('configure', [lawOf(), 1]);
  await run('join', ['default', ids(300, 'a')]);
  await run('join', ['default', ids(300, 'b')]);
  const first = await run('call', []);
  expect(first.leases).toHaveLength(600);
  await run('touch', [[{ id: 'a7', how: 'active' }]]);
  const second = await run('call', [], { leasesSeen: first.leasesSeq, lastSeq: first.view.seq });
  expect((second.leases as unknown[][]).map(([id, , , spent]) => [id, spent])).toEqual([['a7', true]]);
  await run('leave', ['a7', 'left']);
  const third = await run('call', [], { leasesSeen: first.leasesSeq, lastSeq: first.view.seq });
  expect([third.leases, third.ended]).toEqual([[], ['a7']]);
});

test('who ended is told once, and all of it again to a gateway that knows of more than there were', async () => {
  await run('configure', [lawOf(), 1]);
  await run('join', ['default', ids(3)]);
  for (const id of ids(3)) await run('leave', [id, 'left']);
  const since = async (endedSeen: number) => (await run('call', [], { endedSeen })).ended;
  expect([await since(0), await since(2), await since(3), await since(9)]).toEqual([
    ['v0', 'v1', 'v2'],
    ['v2'],
    [],
    ['v0', 'v1', 'v2'],
  ]);
});

test('a forgotten room leaves the epoch of its next life, for as long as a ticket of it could be shown', async () => {
  await run('configure', [lawOf({ ticketMs: HOUR_MS }), 1]);
  await run('join', ['default', ['v1']]);
  await run('leave', ['v1', 'left']);
  expect(await run('forget', [])).toMatchObject({ forgotten: true });
  expect(await client.keys('*')).toEqual([KEYS[0]]);
  const ttl = await client.pttl(KEYS[0]!);
  expect(ttl).toBeGreaterThan(HOUR_MS - 60_000);
  expect(await run('call', [])).toEqual({ unknown: true, epoch: 2 });
  const { view } = await run('configure', [lawOf(), 1]);
  expect([view.epoch, await client.pttl(KEYS[0]!)]).toEqual([2, -1]);
});

test('a room that never gave a number is forgotten without a trace', async () => {
  await run('configure', [lawOf(), 1]);
  expect(await run('forget', [])).toMatchObject({ forgotten: true });
  expect(await client.dbsize()).toBe(0);
});

test('a room with more sessions than one command takes is written and read as it was', async () => {
  const room = createRoom(ROOM);
  const now = Date.now();
  const caller = { gateway: 'a', gone: [], server: 's', time: now, lastAt: 0, sinceMs: 0, lastSeq: 0 };
  configure(room, { ...caller, floors: null }, lawOf({ limits: { seats: 5 } }), 1);
  for (const id of ids(9_000)) {
    const times = { startedAt: now, leaseUntil: now + 60_000, ticketUntil: now + HOUR_MS };
    openSession(room, { id, lane: 'default', number: 1, ...times, spent: true, registered: false });
  }
  await writeRoom(client, 'hg', room);
  expect(comparable(await readRoom(client, 'hg', ROOM))).toEqual(comparable(room));
  const told: unknown[] = [];
  for (let leasesSeen = 0, part = 1; part > 0; ) {
    const answer = await run('call', [], { leasesSeen, lastSeq: 0 });
    part = (answer.leases as unknown[]).length;
    leasesSeen = answer.leasesSeq as number;
    told.push(...(answer.leases as unknown[][]).map(([id]) => id));
    // The first call finds another server, and so tells from the beginning.
    if (told.length > 20_000) break;
  }
  expect(new Set(told).size).toBe(9_000);
});
