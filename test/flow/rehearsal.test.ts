/** A rehearsal through two gateways, one Redis and an admin process: the real rules, in rooms of its own, and nothing of it with real visitors. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AdminClient } from '../support/admin-client.ts';
import { startAdminProcess } from '../support/admin-process.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { sharedKeys } from '../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION, visitor } from '../support/http-client.ts';
import { type RecordingPlatform, startRecordingPlatform } from '../support/recording-platform.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { roomAt } from '../support/room-client.ts';
import { fieldOf } from '../support/strict-requests.ts';
import { untilSo } from '../support/within.ts';

interface Begun {
  id: string;
  header: string;
  prefix: string;
  revision: number;
  expiresAt: string;
}

const PATIENCE_MS = 90_000;
const FORM = '/ereg/newreg.php?eventid=4711';
const ROOM = 'event-4711';
const OPENS_AT = new Date(Date.now() + 86_400_000).toISOString();

let redis: RedisServer;
let platform: RecordingPlatform;
let gateways: [GatewayProcess, GatewayProcess];
let api: AdminClient;

beforeAll(async () => {
  const keys = await sharedKeys();
  [redis, platform] = await Promise.all([startRedis(), startRecordingPlatform()]);
  const config = `
store: { kind: redis, url: "${redis.url}" }
keys: { path: "${keys}" }
drain: { delaySeconds: 0 }
protection: { joins: { perClientPerMinute: null, proofOfWork: { mode: off } } }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { platform: {}, "event-{eventid}": { limits: { sessions: 1, submitReserve: 0 } } }
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
launches: [{ name: summer, room: event-4712, opensAt: "${OPENS_AT}", prequeueMinutes: 2000 }]
`;
  const admin = await startAdminProcess({ config });
  ({ api } = admin);
  gateways = await Promise.all([startGateway({ config }), startGateway({ config })]);
  await untilSo(PATIENCE_MS, 'both gateways are heard of', async () => {
    const { items } = await api.get<{ items: { serial: number }[] }>('gateways');
    return items.filter(({ serial }) => serial > 0).length === 2;
  });
});

const begin = (more: object = {}) =>
  api.done<Begun>('POST', 'rehearsals', { minutes: 30, reason: 'a test', ...more });
const end = ({ id }: Begun) => api.done('DELETE', `rehearsals/${id}?reason=a%20test`);
const played = ({ header }: Begun, gateway = gateways[0]) =>
  visitor(gateway.url, { 'headgate-rehearsal': header });
const statusWith = async ({ header, prefix }: Begun, room = ROOM) =>
  ask(`${gateways[0].url}/.headgate/rooms/${prefix}${room}/status`, {
    headers: { 'headgate-rehearsal': header },
  });
const roomKeys = async () => {
  const client = new Redis(redis.url);
  cleanUpLater(() => client.disconnect());
  return client.keys('*~r*');
};

describe('a rehearsal', () => {
  it('is judged by the real rules in rooms of its own, with numbers of their own, at every gateway', async () => {
    const real = visitor(gateways[0].url);
    expect((await real.open(FORM)).state).toBe('admitted');
    const waiting = visitor(gateways[0].url);
    expect((await waiting.open(FORM)).state).toBe('waiting');

    const rehearsal = await begin();
    platform.forget();
    const first = played(rehearsal);
    expect((await first.open(FORM)).state).toBe('admitted');
    expect([...first.jar.keys()]).toEqual([`hg_p_${rehearsal.prefix}${ROOM}`]);
    const [request] = platform.requests;
    expect(fieldOf(request!, 'headgate-rehearsal')).toBe(rehearsal.id);
    expect(fieldOf(request!, 'headgate-stamp')).toContain('v1');
    expect(JSON.stringify(request)).not.toContain(rehearsal.header);

    const second = played(rehearsal, gateways[1]);
    const page = await second.open(FORM);
    expect(page.state).toBe('waiting');
    const place = await second.send(`/.headgate/rooms/${rehearsal.prefix}${ROOM}/ticket`);
    expect(place.json()).toMatchObject({ room: `${rehearsal.prefix}${ROOM}`, number: 2, position: 1 });

    const { issued } = await roomAt(gateways[0].url, ROOM).status();
    expect(issued).toBe(2);
    await end(rehearsal);
  });

  it('leaves nothing with real rooms, addresses, routes and what was learned of them', async () => {
    const rehearsal = await begin();
    for (let count = 0; count < 30; count++) {
      await played(rehearsal).open('/only-rehearsed/page');
      await played(rehearsal).open('/ereg/newreg.php?eventid=9999');
    }
    await visitor(gateways[0].url).open('/real/page');
    await untilSo(PATIENCE_MS, 'what came later is told', async () =>
      JSON.stringify(await api.get('coverage')).includes('/real/page'),
    );
    const told = JSON.stringify([
      await api.get('coverage'),
      await api.get('rooms'),
      await api.get('decisions'),
      await (await ask(`${gateways[0].metricsUrl}/metrics`)).text,
    ]);
    expect(told).toContain('/real/page');
    expect(told).not.toMatch(/only-rehearsed|event-9999|~r/);
    const learned = join(gateways[0].data, 'protection.json');
    const isOfRehearsal = () =>
      existsSync(learned) && /only-rehearsed|~r/.test(readFileSync(learned, 'utf8'));
    await end(rehearsal);
    await gateways[0].printed(new RegExp(`"rehearsal":"${rehearsal.id}".*its gate is closed`));
    expect(isOfRehearsal()).toBe(false);
    await gateways[0].stop();
    expect([existsSync(learned), isOfRehearsal()]).toEqual([true, false]);
    await gateways[0].restart();
  });

  it('opens its launch when it says, while the real one waits for its own hour', async () => {
    const rehearsal = await begin({ launch: 'summer', opensInSeconds: 3 });
    const form = FORM.replace('4711', '4712');
    const early = played(rehearsal);
    expect((await early.open(form)).state).toBe('prequeue');
    const real = visitor(gateways[0].url);
    expect((await real.open(form)).state).toBe('prequeue');
    await untilSo(PATIENCE_MS, 'it is open', async () => (await early.open(form)).state === 'admitted');
    expect((await real.open(form)).state).toBe('prequeue');
    await end(rehearsal);
  });

  it('goes on behind a gateway that was killed, with every place where it was', async () => {
    const rehearsal = await begin();
    await played(rehearsal).open(FORM);
    const who = played(rehearsal);
    await who.open(FORM);
    const path = `/.headgate/rooms/${rehearsal.prefix}${ROOM}/ticket`;
    const before = (await who.send(path)).json();
    await gateways[0].restart();
    expect((await who.send(path)).json()).toMatchObject({ number: before.number, state: 'waiting' });
    expect((await who.open(FORM)).state).toBe('waiting');
    await end(rehearsal);
  });

  it('has tickets and passes that are worth nothing to real rooms, and real ones nothing to it', async () => {
    const rehearsal = await begin();
    const here = { 'headgate-rehearsal': rehearsal.header };
    const join = async (room: string, headers: Record<string, string>) =>
      (await ask(`${gateways[0].url}/.headgate/rooms/${room}/tickets`, { method: 'POST', headers })).json<{
        ticket: string;
      }>().ticket;
    const own = await join(`${rehearsal.prefix}${ROOM}`, here);
    const real = await join(ROOM, {});
    const place = async (room: string, ticket: string, headers: Record<string, string>) =>
      (
        await ask(`${gateways[0].url}/.headgate/rooms/${room}/ticket`, {
          headers: { 'headgate-ticket': ticket, ...headers },
        })
      ).status;
    expect(await place(`${rehearsal.prefix}${ROOM}`, own, here)).toBe(200);
    expect(await place(ROOM, own, {})).toBe(404);
    expect(await place(`${rehearsal.prefix}${ROOM}`, own, {})).toBe(404);
    expect(await place(`${rehearsal.prefix}${ROOM}`, real, here)).toBe(404);
    await end(rehearsal);
  });

  it('ends with its rooms: the header is refused, and real places stand where they stood', async () => {
    const waiting = visitor(gateways[0].url);
    await waiting.open(FORM);
    const { number } = await roomAt(gateways[0].url, ROOM).placeOf(waiting);
    const rehearsal = await begin();
    for (let count = 0; count < 3; count++) await played(rehearsal, gateways[count % 2]).open(FORM);
    expect((await statusWith(rehearsal)).json()).toMatchObject({ issued: 3, state: 'engaged' });
    expect((await roomKeys()).length).toBeGreaterThan(0);
    await end(rehearsal);
    await untilSo(PATIENCE_MS, 'the header is refused everywhere', async () => {
      const answers = await Promise.all(gateways.map((gateway) => played(rehearsal, gateway).open(FORM)));
      return answers.every(({ status }) => status === 403);
    });
    const lines = async () => {
      const client = new Redis(redis.url);
      const rooms = (await client.smembers('hg:{rooms}')).filter((room) => room.includes('~r'));
      const sessions = (await roomKeys()).filter((key) => key.endsWith('sessions') || key.endsWith('calls'));
      client.disconnect();
      return [...rooms, ...sessions];
    };
    await untilSo(PATIENCE_MS, 'its rooms are gone', async () => (await lines()).length === 0);
    expect((await roomAt(gateways[0].url, ROOM).placeOf(waiting)).number).toBe(number);
  });
});

describe('a header that is no live rehearsal’s', () => {
  it.each([
    { how: 'nobody signed', header: async () => 'played.by.nobody' },
    { how: 'was changed', header: async () => changed((await begin()).header) },
    { how: 'is of a rehearsal that has ended', header: ended },
  ])('that $how is refused, and never taken for a real visitor', async ({ header }) => {
    const text = await header();
    await untilSo(PATIENCE_MS, 'it is refused', async () => {
      const { status } = await ask(gateways[0].url + FORM, { headers: { 'headgate-rehearsal': text } });
      return status === 403;
    });
    platform.forget();
    const { issued } = await roomAt(gateways[0].url, ROOM).status();
    const headers = { accept: 'application/json', 'headgate-rehearsal': text };
    const program = await ask(gateways[0].url + FORM, { headers });
    expect([program.status, program.state]).toEqual([403, 'refused']);
    expect(program.json()).toMatchObject({ code: 'HG_REHEARSAL' });
    const page = await ask(gateways[0].url + FORM, { headers: { ...NAVIGATION, ...headers } });
    expect([page.status, page.setCookies]).toEqual([403, []]);
    const status = await ask(`${gateways[0].url}/.headgate/status`, { headers });
    expect(status.status).toBe(403);
    expect(platform.requests).toEqual([]);
    expect((await roomAt(gateways[0].url, ROOM).status()).issued).toBe(issued);
  });
});

it('the platform is asked whether it may be rehearsed with, whoever waits in line', async () => {
  await visitor(gateways[0].url).open(FORM);
  platform.forget();
  const path = '/.well-known/headgate-rehearsal';
  const paused = await ask(gateways[0].url + path);
  expect([paused.status, paused.state]).toEqual([200, 'bypassed']);
  const posted = await ask(gateways[0].url + path, { method: 'POST', body: 'x' });
  expect(posted.state).not.toBe('bypassed');
  expect(platform.requests[0]).toMatchObject({ method: 'GET', target: path });
});

it('that question leads nobody around the line who asks it without end', async () => {
  const asked = Array.from({ length: 100 }, () => ask(`${gateways[1].url}/.well-known/headgate-rehearsal`));
  const passed = (await Promise.all(asked)).filter(({ state }) => state === 'bypassed').length;
  expect(passed).toBeGreaterThan(0);
  expect(passed).toBeLessThan(50);
});

async function ended(): Promise<string> {
  const rehearsal = await begin();
  await played(rehearsal).open(FORM);
  await end(rehearsal);
  return rehearsal.header;
}

/** Another number of minutes, under the same signature. */
function changed(header: string): string {
  const [head, claims, signature] = header.split('.') as [string, string, string];
  const read = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const more = Buffer.from(JSON.stringify({ ...read, exp: read.exp + 3_600 })).toString('base64url');
  return [head, more, signature].join('.');
}
