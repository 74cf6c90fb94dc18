/** The admin API as outsiders rely on it: each address, body and shape that the interfaces name, asked of a real gateway. */
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { AdminClient } from '../support/admin-client.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { startPlatformProcess } from '../support/platform-process.ts';
import { untilSo } from '../support/within.ts';

const [TEXT, NUMBER, LIST] = [expect.any(String), expect.any(Number), expect.any(Array)];
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const COLOUR = expect.stringMatching(/^(green|red|unknown)$/);
const because = { reason: 'the interfaces say so' };

interface Listed {
  items: Record<string, unknown>[];
}

const config = (platform: string) => `
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 50 } }
  platform: { limits: { sessions: 1000 } }
rules: [{ name: forms, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
launches:
  - name: autumn summit
    room: event-4711
    opensAt: 2030-12-01T15:00:00Z
    # Nobody listens there; its path is one that the rule does not know.
    addresses: ["http://127.0.0.1:9/registration?eventid=4711"]
`;

let gateway: GatewayProcess;
let api: AdminClient;

beforeAll(async () => {
  const platform = await startPlatformProcess({ idleSeconds: 600 });
  gateway = await startGateway({ config: config(platform.url), admin: true });
  api = await gateway.api();
  await ask(`${gateway.url}/ereg/newreg.php?eventid=4711`, { headers: NAVIGATION });
  await untilSo(60_000, 'what a visitor did is told', async () => {
    const { items } = await api.get<Listed>('rooms');
    return items.some(({ room, sessions }) => room === 'event-4711' && sessions === 1);
  });
});

test('every address that the interfaces name is there, and in the OpenAPI document, which needs no token', async () => {
  const named =
    `GET rooms, GET rooms/{room}, PATCH rooms/{room}, POST rooms/{room}/pause, POST rooms/{room}/resume,
    POST rooms/{room}/offline, POST rooms/{room}/reopen, POST rooms/{room}/end, GET coverage, GET findings, GET revisions,
    POST revisions, GET revisions/active, POST revisions/{n}/dry-run, POST revisions/{n}/activate, POST revisions/{n}/rollback,
    GET pins, POST pins, DELETE pins/{id}, GET drift, GET messages, POST messages, GET launches, GET launches/{name}/readiness,
    POST signals, GET requests, POST requests/cancel, GET decisions, GET audit-log, GET gateways, GET tokens, POST tokens,
    DELETE tokens/{id}, GET timeline, GET events, POST observations`.split(/,\s+/);
  const document = (await ask(`${api.url}/openapi.json`)).json() as {
    openapi: string;
    paths: Record<string, object>;
  };
  expect(document.openapi).toMatch(/^3\.1\./);
  for (const address of named) {
    const [method = '', path] = address.split(' ');
    expect(document.paths[`/v1/${path}`] ?? {}, address).toHaveProperty(method.toLowerCase());
  }
});

test('rooms: limits, seats and mode by PATCH, and what is done to a line, each with a reason', async () => {
  const room = { room: TEXT, state: TEXT, limits: { sessions: NUMBER }, sessions: NUMBER, waiting: NUMBER };
  expect((await api.get<Listed>('rooms')).items[0]).toMatchObject({ room: TEXT, state: TEXT, why: TEXT });
  expect(await api.get('rooms/event-4711')).toMatchObject({ ...room, why: TEXT });
  const change = { limits: { sessions: 40, admissionsPerMinute: 90 }, seats: 300, mode: 'act' };
  expect(await api.done('PATCH', 'rooms/event-4711', { ...change, ...because })).toMatchObject({
    ...{ limits: { sessions: 40, admissionsPerMinute: 90 }, seatsLeft: 300, mode: 'act' },
  });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const acts: [string, object, string][] = [
    ['pause', { until }, 'paused'],
    ['resume', {}, 'open'],
    ['offline', { reopensAt: until }, 'offline'],
    ['reopen', {}, 'open'],
    ['end', {}, 'ended'],
  ];
  for (const [action, more, state] of acts) {
    const path = `rooms/event-4711/${action}`;
    expect((await api.send('POST', path, more)).status, `${action} without a reason`).toBe(400);
    expect(await api.done('POST', path, { ...more, ...because }), action).toMatchObject({ state });
  }
});

test('coverage and findings', async () => {
  await untilSo(60_000, 'a finding', async () => (await api.get<Listed>('findings')).items.length > 0);
  const finding = {
    ...{ id: TEXT, kind: 'launch-address-uncovered', severity: TEXT, summary: TEXT, room: 'event-4711' },
    evidence: { host: TEXT, pathShape: TEXT, share: NUMBER, requestsPerMinute: NUMBER, examples: LIST },
    ...{ firstSeen: TIME, lastSeen: TIME, resolvedAt: null },
  };
  const { items } = await api.get<Listed>('findings');
  expect(items[0]).toMatchObject(finding);
  expect(items[0]).toHaveProperty('proposedRule');
  expect(await api.get('coverage')).toMatchObject({
    ...{ at: TIME, windowSeconds: NUMBER, gate: { state: COLOUR, requests: NUMBER, unqueuedShare: NUMBER } },
    platform: { state: 'unknown', stamped: 0, unstamped: 0 },
    ...{ outside: { state: COLOUR, probes: LIST }, findings: [finding] },
  });
  await ask(`${gateway.url}/api/attendees?eventid=1`);
  const address = { host: TEXT, pathShape: '/api/attendees', room: 'platform', outcome: 'allowed' };
  await expect
    .poll(async () => (await api.get<{ gate: { byAddress: unknown[] } }>('coverage')).gate.byAddress, {
      timeout: 60_000,
    })
    .toContainEqual({ ...address, requests: 1, share: NUMBER });
});

test('readiness: green, red or unknown, item by item', async () => {
  expect((await api.get<Listed>('launches')).items[0]).toMatchObject({ name: 'autumn summit', state: 'red' });
  const readiness = await api.get<Listed>('launches/autumn%20summit/readiness');
  expect(readiness).toMatchObject({ launch: 'autumn summit', revision: NUMBER, state: 'red' });
  for (const item of readiness.items) expect(item).toEqual({ name: TEXT, state: COLOUR, detail: TEXT });
});

test('revisions: 201 with its number, a dry-run, If-Match, a rollback that is a new number', async () => {
  const active = await api.send('GET', 'revisions/active');
  const etag = active.headers.etag as string;
  const { config: text } = await api.get<{ config: string }>(
    `revisions/${(active.json() as { number: number }).number}`,
  );
  const made = await api.send('POST', 'revisions', { config: `${text}# more\n`, ...because });
  expect([made.status, made.json()]).toMatchObject([201, { number: NUMBER }]);
  const { number } = made.json() as { number: number };
  expect((await api.send('POST', 'revisions', { config: text })).status, 'without a reason').toBe(400);
  expect((await api.send('POST', 'revisions', { config: 'rooms: {}', ...because })).status).toBe(422);
  for (const body of [undefined, {}, because]) {
    const dry = await api.done('POST', `revisions/${number}/dry-run`, body);
    expect(dry).toMatchObject({ changed: 0, byAddress: LIST });
  }
  const activate = (headers: Record<string, string>, stage: string) =>
    api.send('POST', `revisions/${number}/activate`, { stage, ...because }, headers);
  expect((await activate({}, 'none')).status).toBe(428);
  expect((await activate({ 'if-match': '"0"' }, 'none')).status).toBe(412);
  expect((await activate({ 'if-match': etag }, 'at once')).status).toBe(400);
  const staged = await activate({ 'if-match': etag }, 'gateways');
  expect([staged.status, staged.json()]).toMatchObject([202, { number, stage: 'gateways' }]);
  const back = await api.done<{ number: number }>('POST', `revisions/${number}/rollback`, because);
  expect(back.number).toBeGreaterThan(number);
  const again = await api.send('GET', 'revisions/active');
  const atOnce = await activate({ 'if-match': again.headers.etag as string }, 'none');
  expect([atOnce.status, atOnce.json()]).toMatchObject([200, { number: back.number + 1 }]);
  expect((await api.get<Listed>('revisions')).items[0]).toMatchObject({ number: back.number + 1 });
});

test('pins, and drift', async () => {
  const pin = { path: 'rules.forms.enabled', value: false, ...because };
  const { id } = await api.done<{ id: string }>('POST', 'pins', pin);
  expect((await api.get<Listed>('pins')).items).toMatchObject([{ id, ...pin }]);
  expect((await api.get<Listed>('drift')).items).toEqual(LIST);
  expect((await api.send('DELETE', `pins/${id}`)).status, 'without a reason').toBe(400);
  expect((await api.send('DELETE', `pins/${id}`, because)).status).toBe(204);
});

test('messages, signals, decisions, gateways, audit log, timeline', async () => {
  for (const room of ['event-4711', null])
    expect((await api.send('POST', 'messages', { room, text: 'Soon.', severity: 'info' })).status).toBe(201);
  expect((await api.get<Listed>('messages')).items[0]).toMatchObject({ at: TIME, text: 'Soon.', room: null });
  const signal = {
    name: 'database-connections',
    upstream: 'platform',
    value: 80,
    limit: 100,
    ttlSeconds: 30,
  };
  expect((await api.send('POST', 'signals', signal)).status).toBe(201);
  expect((await api.send('POST', 'signals', { ...signal, value: '80' })).status).toBe(400);
  // A reason is never wrong, also where none is asked for.
  expect((await api.send('POST', 'signals', { ...signal, ...because })).status).toBe(201);
  const spoken = { room: null, text: 'Very soon.', ...because };
  expect((await api.send('POST', 'messages', spoken)).status).toBe(201);
  const [posted] = (await api.get<Listed>('audit-log?action=message.post')).items;
  expect(posted).toMatchObject(because);
  expect((await api.get<Listed>('decisions')).items).toEqual(LIST);
  expect((await api.get<Listed>('gateways')).items).toMatchObject([{ id: TEXT, revision: NUMBER }]);
  expect((await api.get<Listed>('audit-log')).items[0]).toMatchObject({
    ...{ at: TIME, actor: TEXT, action: TEXT },
  });
  expect(await api.get('timeline')).toMatchObject({ entries: LIST, minutes: LIST });
});

test('requests in flight, and their end in one call', async () => {
  // An event stream lasts for as long as its visitor stays: until the gateway ends.
  void ask(`${gateway.url}/stream`, { headers: NAVIGATION }).catch(() => null);
  const running = { host: TEXT, pathShape: '/stream', upstream: 'platform', ageMs: NUMBER, since: TIME };
  await expect.poll(async () => (await api.get<Listed>('requests')).items).toMatchObject([running]);
  const all = { olderThanSeconds: 0, upstream: 'platform' };
  expect((await api.send('POST', 'requests/cancel', all)).status, 'without a reason').toBe(400);
  expect(await api.done('POST', 'requests/cancel', { ...all, ...because })).toMatchObject({
    cancelled: NUMBER,
  });
});

test('tokens: told once, good at once, worth nothing when withdrawn', async () => {
  const asked = { name: 'night shift', role: 'viewer', ...because };
  const { id, token } = await api.done<{ id: string; token: string }>('POST', 'tokens', asked);
  const look = () => ask(`${api.url}/v1/rooms`, { headers: { authorization: `Bearer ${token}` } });
  expect((await look()).status).toBe(200);
  expect(JSON.stringify(await api.get('tokens'))).not.toContain(token);
  expect((await api.send('DELETE', `tokens/${id}`)).status, 'without a reason').toBe(400);
  expect((await api.send('DELETE', `tokens/${id}`, because)).status).toBe(204);
  expect((await look()).status).toBe(401);
});

test('events are server-sent', async () => {
  const leave = new AbortController();
  const answer = await fetch(`${api.url}/v1/events`, {
    headers: { authorization: `Bearer ${api.token}` },
    signal: leave.signal,
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  leave.abort();
});

test('observations turn the platform’s part of the coverage from unknown to green, or red', async () => {
  const counts = { passed: 0, allowed: 0, unknown: 0, refused: 0 };
  const seen = (stamped: number, unstamped: number) => ({
    ...{ observer: 'a-test', version: '1', at: new Date().toISOString(), windowSeconds: 60 },
    ...{ requests: stamped + unstamped, stamped, unstamped, ...counts },
    wrong: { malformed: 0, unknownKey: 0, forged: 0, clock: 0 },
    ...{ byAddress: [], others: { requests: stamped + unstamped, unstamped } },
  });
  expect((await api.send('POST', 'observations', seen(100, 0))).status).toBe(204);
  expect(await api.get('coverage')).toMatchObject({ platform: { state: 'green', stamped: 100 } });
});

test('the metrics that the interfaces name are on the metrics port', async () => {
  const { text } = await ask(`${gateway.metricsUrl}/metrics`);
  for (const severity of ['critical', 'warning', 'info'])
    expect(text).toMatch(new RegExp(`^headgate_findings\\{severity="${severity}"\\} \\d+$`, 'm'));
  expect(text).toMatch(/^headgate_drift \d+$/m);
  expect(text).toMatch(/^headgate_revision \d+$/m);
});

test('what is active is a configuration that can be read', async () => {
  const { number } = await api.get<{ number: number }>('revisions/active');
  const { config: text } = await api.get<{ config: string }>(`revisions/${number}`);
  expect(parse(text)).toHaveProperty('rooms');
});
