/** Several people at one admin API: who is late is told so, who asks twice is answered once, and organisers stay in their rooms. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdminClient, adminClient, SECRET_CHARACTERS } from '../support/admin-client.ts';
import { listenToEvents } from '../support/event-listener.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

const PATIENCE_MS = 60_000;
const OWN = 'event-1';
const OTHERS = 'event-2';

let gateway: GatewayProcess;
let api: AdminClient;
let config: (more?: string) => string;

beforeAll(async () => {
  const platform = await startSmallPlatform();
  config = (more = '') => `
drain: { delaySeconds: 0 }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 50 } }
  platform: {}
rules:
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
  ${more}
default: { room: platform, upstream: platform }
`;
  gateway = await startGateway({ config: config(), admin: true });
  api = await gateway.api();
  for (const id of [1, 2]) await ask(`${gateway.url}/ereg/newreg.php?eventid=${id}`, { headers: NAVIGATION });
  await untilSo(PATIENCE_MS, 'both rooms are told of', async () => {
    const { items } = await api.get<{ items: { room: string }[] }>('rooms');
    return [OWN, OTHERS].every((name) => items.some(({ room }) => room === name));
  });
});

const tagOf = async (path: string) => String((await api.send('GET', path)).headers.etag);
const token = (body: object) =>
  api.done<{ id: string; token: string }>('POST', 'tokens', { reason: 'a test of roles', ...body });

describe('two operators at once', () => {
  it('only one of two who read the same revision activates', async () => {
    const make = async (name: string) => {
      const text = config(`- { name: ${name}, match: { path: /${name} }, action: bypass }`);
      const made = await api.done<{ number: number }>('POST', 'revisions', { config: text, reason: name });
      return made.number;
    };
    const numbers = [await make('one'), await make('two')];
    const tag = await tagOf('revisions/active');
    const activate = (number: number) =>
      api.send(
        'POST',
        `revisions/${number}/activate`,
        { stage: 'none', reason: 'mine' },
        { 'if-match': tag },
      );
    const replies = await Promise.all(numbers.map(activate));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
    const refused = replies.find(({ status }) => status === 412);
    expect(refused?.json()).toMatchObject({ code: 'HG_PRECONDITION_FAILED' });
    const winner = numbers[replies.findIndex(({ status }) => status === 200)];
    expect((await api.get<{ number: number }>('revisions/active')).number).toBe(winner);
    expect(
      (await api.send('POST', `revisions/${winner}/activate`, { stage: 'none', reason: 'x' })).status,
    ).toBe(428);
  });

  it('only one of two who read the same room changes it', async () => {
    const tag = await tagOf(`rooms/${OWN}`);
    const change = (sessions: number) =>
      api.send('PATCH', `rooms/${OWN}`, { limits: { sessions }, reason: 'mine' }, { 'if-match': tag });
    const replies = await Promise.all([change(40), change(60)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
    const kept = replies.findIndex(({ status }) => status === 200) === 0 ? 40 : 60;
    expect(await api.get(`rooms/${OWN}`)).toMatchObject({ limits: { sessions: kept } });
  });
});

describe('an idempotency key', () => {
  const twice = async (path: string, body: object) => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const replies = [await api.send('POST', path, body, key), await api.send('POST', path, body, key)];
    return replies.map((reply) => ({
      status: reply.status,
      body: reply.json(),
      again: reply.headers['idempotency-replayed'],
    }));
  };

  it.each([
    ['revisions', () => ({ config: config(), reason: 'the same' })],
    ['messages', () => ({ room: null, text: 'Said once.' })],
  ])('makes one of two posts to %s', async (path, body) => {
    const { items: before } = await api.get<{ items: unknown[] }>(path);
    const [first, second] = await twice(path, body());
    expect(first).toMatchObject({ status: 201, again: undefined });
    expect(second).toEqual({ ...first, again: 'true' });
    expect((await api.get<{ items: unknown[] }>(path)).items).toHaveLength(before.length + 1);
  });

  it('is for one request: with another body it is refused', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    await api.done('POST', 'messages', { room: null, text: 'One.' }, key);
    const other = await api.send('POST', 'messages', { room: null, text: 'Two.' }, key);
    expect(other.json()).toMatchObject({ code: 'HG_IDEMPOTENCY_REUSED' });
  });
});

describe('an organiser', () => {
  let organiser: AdminClient;

  beforeAll(async () => {
    const made = await token({ name: 'of event 1', role: 'organiser', rooms: [OWN] });
    organiser = adminClient(api.url, made.token);
  });

  it('sees the own rooms, messages and launches alone', async () => {
    const { items } = await organiser.get<{ items: { room: string }[] }>('rooms');
    expect(items.map(({ room }) => room)).toEqual([OWN]);
    expect((await organiser.send('GET', `rooms/${OWN}`)).status).toBe(200);
    for (const path of [`rooms/${OTHERS}`, 'revisions', 'tokens', 'audit-log', 'gateways', 'pins'])
      expect((await organiser.send('GET', path)).status, path).toBe(403);
  });

  it('changes the own rooms, for visitors too, and no other', async () => {
    const reason = 'the hall is full';
    await organiser.done('POST', `rooms/${OWN}/pause`, { reason });
    const visit = (id: number) =>
      ask(`${gateway.url}/ereg/newreg.php?eventid=${id}`, { headers: NAVIGATION });
    await untilSo(PATIENCE_MS, 'visitors are held', async () => (await visit(1)).state === 'paused');
    await organiser.done('POST', `rooms/${OWN}/resume`, { reason });
    for (const action of ['pause', 'offline', 'end'])
      expect((await organiser.send('POST', `rooms/${OTHERS}/${action}`, { reason })).status).toBe(403);
    const limits = { limits: { sessions: 0 }, reason };
    expect((await organiser.send('PATCH', `rooms/${OTHERS}`, limits)).status).toBe(403);
    expect((await organiser.send('POST', 'messages', { room: OTHERS, text: 'x' })).status).toBe(403);
    expect((await organiser.send('POST', 'messages', { room: null, text: 'x' })).status).toBe(403);
    expect((await visit(2)).state).toBe('admitted');
  });

  it('hears of the own rooms alone', async () => {
    const listener = await listenToEvents(api.url, organiser.token);
    const everything = await listenToEvents(api.url, api.token);
    for (const room of [OTHERS, OWN]) {
      await api.done('POST', `rooms/${room}/pause`, { reason: 'a look' });
      await api.done('POST', `rooms/${room}/resume`, { reason: 'well' });
    }
    await api.done('POST', 'messages', { room: null, text: 'To all.' });
    await untilSo(PATIENCE_MS, 'the operator hears all', () =>
      everything.heard.some(({ kind }) => kind === 'message'),
    );
    await untilSo(PATIENCE_MS, 'the organiser hears of the own room', () => listener.heard.length >= 2);
    expect(new Set(listener.heard.map(({ room }) => room))).toEqual(new Set([OWN]));
    expect(everything.heard.map(({ room }) => room)).toContain(OTHERS);
  });
});

describe('a token', () => {
  it('that was withdrawn is worth nothing at once, for events neither', async () => {
    const made = await token({ name: 'for a day', role: 'viewer' });
    const viewer = adminClient(api.url, made.token);
    expect((await viewer.send('GET', 'rooms')).status).toBe(200);
    await api.done('DELETE', `tokens/${made.id}?reason=over`);
    expect((await viewer.send('GET', 'rooms')).status).toBe(401);
    await expect(listenToEvents(api.url, made.token)).rejects.toThrow('401');
  });

  it('ends when its time is over', async () => {
    const seconds = 1;
    const made = await token({ name: 'short', role: 'viewer', expiresInHours: seconds / 3_600 });
    await sleep(seconds * 1_000 + 100);
    expect((await adminClient(api.url, made.token).send('GET', 'rooms')).status).toBe(401);
  });

  it('is told once, and stands in no list, log or output', async () => {
    const made = await token({ name: 'secret', role: 'viewer' });
    const secret = made.token.slice(-SECRET_CHARACTERS);
    for (const path of ['tokens', 'audit-log?limit=500', 'timeline'])
      expect((await api.send('GET', path)).text, path).not.toContain(secret);
    expect(gateway.output()).not.toContain(secret);
  });
});
