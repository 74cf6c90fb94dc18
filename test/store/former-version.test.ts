/** What an earlier version wrote is read by this one: rooms in Redis, rooms and laws on disk, without what was added since. */
import { decode, encode } from '@msgpack/msgpack';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRoom, roomFromJson, roomToJson } from '../../gateway/line/room.ts';
import { viewOf } from '../../gateway/line/view.ts';
import { nothingRemembered, replay } from '../../gateway/store/embedded-commands.ts';
import { roomKeys } from '../../gateway/store/redis-keys.ts';
import { readRoom } from '../../gateway/store/redis-room.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { newGateway } from './differential-gateway.ts';
import { ask, openPlace, type Place } from './differential-redis.ts';
import type { Step } from './differential-steps.ts';
import { lawOf } from './law.ts';

const ROOM = 'event-1';
const NOW = Date.UTC(2026, 11, 1);
/** As many places as a room's core had. */
const FORMER_PLACES = 41;

const formerLaw = () => {
  const { waitingList: _list, maintenance: _windows, ...law } = lawOf({ limits: { sessions: 1, seats: 3 } });
  return law;
};

test('a room on disk goes on where it was, without words on its rate, maintenance or waiting list', () => {
  const remembered = nothingRemembered();
  expect(replay(remembered, ['configure', ROOM, [NOW, 0, 0, 0], [formerLaw(), 1]])).toBe(true);
  expect(replay(remembered, ['join', ROOM, [NOW + 1, 0, 0, 0], ['default', ['a', 'b']]])).toBe(true);
  const kept = remembered.rooms.get(ROOM)!;
  const { spokenAt: _spoken, factors: _words, ...former } = roomToJson(kept) as Record<string, unknown>;
  const room = roomFromJson({ ...former, law: formerLaw() });
  expect(room.law).toMatchObject({ waitingList: false, maintenance: [] });
  expect(viewOf(room)).toEqual(viewOf(kept));
  expect(viewOf(room)).toMatchObject({
    issued: 2,
    sessions: 1,
    maintenance: null,
    rate: { factor: 1, perMinute: null },
  });
});

test('what is no room is still none', () => {
  const { sessions: _sessions, ...half } = roomToJson(createRoom(ROOM)) as Record<string, unknown>;
  expect(() => roomFromJson(half)).toThrow('not a room: sessions is missing');
});

let server: RedisServer;
let place: Place;
beforeAll(async () => {
  server = await startRedis();
  place = openPlace(server.url, 'hg');
});
afterAll(async () => {
  place.client.disconnect();
  await server.stop();
});

async function step(name: Step['name'], ...args: unknown[]) {
  const modelCaller = { gateway: 'a', gone: [], server: 's', time: NOW, lastAt: 0, sinceMs: 0, lastSeq: 0 };
  const gateway = newGateway('a');
  return ask(
    place,
    ROOM,
    { gateway, modelCaller: { ...modelCaller, floors: null }, server: 's' },
    { name, args },
  );
}

/** Takes away what this version added to the hash. */
async function makeFormer(client: Redis): Promise<void> {
  const [line] = roomKeys('hg', ROOM);
  const core = decode((await client.hgetBuffer(line!, 'core'))!) as unknown[];
  expect(core.length).toBeGreaterThan(FORMER_PLACES);
  const packed = (value: unknown) => Buffer.from(encode(value, { ignoreUndefined: true }));
  await client.hset(line!, { core: packed(core.slice(0, FORMER_PLACES)), law: packed(formerLaw()) });
}

test('a room in Redis is stepped on as it stands, and takes words on its rate', async () => {
  await step('configure', lawOf({ limits: { sessions: 1, seats: 3 } }), 1);
  await step('join', 'default', ['a', 'b']);
  await makeFormer(place.client);
  expect(await readRoom(place.client, 'hg', ROOM)).toMatchObject({
    spokenAt: 0,
    law: { waitingList: false, maintenance: [] },
  });
  const { view } = await step('call');
  expect(view).toMatchObject({
    ...{ state: 'engaged', issued: 2, sessions: 1, seatsLeft: 3 },
    ...{ maintenance: null, rate: { factor: 1, perMinute: null } },
  });
  const said = await step('report-rate', { factor: 0.5, perMinute: 60 });
  expect(said.view?.rate).toEqual({ factor: 0.5, perMinute: 60 });
});
