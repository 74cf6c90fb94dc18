/** Messages reach visitors, incidents stay open until somebody ends them, and whoever forgets the visitors is reminded. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AdminEvent } from '../../admin/control/words.ts';
import { createMessages, type Messages } from '../../admin/messages/messages.ts';
import { messageRoutes } from '../../admin/messages/routes.ts';
import type { IncidentDocument, MessageDocument } from '../../admin/messages/words.ts';
import type { PublishedMessage } from '../../gateway/control/words.ts';
import { handClock } from '../support/admin-here.ts';
import { type AdminStage, adminStage } from './support/admin-stage.ts';
import { type GatewaysHere, gatewaysHere } from './support/gateways-here.ts';

const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:1"] } }
rooms:
  site: { limits: { sessions: 1 } }
  event-1: {}
  closed: { state: offline }
default: { room: site, upstream: platform }
admin: { reminderMinutes: 10 }
`;
const MINUTE_MS = 60_000;

let clock: ReturnType<typeof handClock>;
let here: GatewaysHere;
let stage: AdminStage;
let messages: Messages;
let published: readonly PublishedMessage[];
let events: AdminEvent[];
let operator: string;

function messagesOn({ data, audit, hub }: Pick<AdminStage, 'data' | 'audit' | 'hub'>): Messages {
  let ids = 0;
  return createMessages({
    ...{ fleet: here.fleet, config: here.config, data, auditLog: audit, hub, clock, log: { say() {} } },
    publish: (shown) => {
      published = shown;
    },
    rooms: () => here.fleet.gateways()[0]?.report.rooms ?? [],
    newId: () => `m${clock.wallMs()}-${++ids}`,
  });
}

beforeEach(async () => {
  clock = handClock();
  here = await gatewaysHere(CONFIG, clock);
  published = [];
  stage = await adminStage({
    clock,
    routes: (parts) => {
      messages = messagesOn(parts);
      return messageRoutes({ messages });
    },
  });
  operator = stage.tokenOf('operator');
  events = [];
  stage.hub.on((event) => void events.push(event));
});

async function ask<T = MessageDocument>(method: string, path: string, body?: unknown, token = operator) {
  const answer = await stage.ask(method, `/v1${path}`, { token, body });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
}
const post = (room: string | null, text: string, more: object = {}) =>
  ask('POST', '/messages', { room, text, ...more });
const listed = async <T = MessageDocument>(path: string, token = operator) =>
  (await ask<{ items: T[] }>('GET', path, undefined, token)).body.items;
const open = async () =>
  (await listed<IncidentDocument>('/incidents')).filter(({ resolvedAt }) => resolvedAt === null);
const reminders = () => events.filter(({ kind }) => kind === 'reminder').map(({ summary }) => summary);
async function pass(minutes: number) {
  for (let passed = 0; passed < minutes; passed++) {
    clock.forward(MINUTE_MS);
    await here.store.call('site');
    here.round();
  }
}

describe('a message', () => {
  test('is published to all gateways, listed newest first, told to who listens, and in the audit log', async () => {
    const first = await post('site', 'We look into slow pages.');
    clock.forward(1_000);
    await post(null, 'The payment provider is down.', { severity: 'critical' });
    expect(first).toMatchObject({
      status: 201,
      body: { room: 'site', severity: 'info', by: 'token:operator 1', at: '2026-12-01T15:00:00.000Z' },
    });
    expect(published.map(({ room, text, severity }) => [room, text, severity])).toEqual([
      [null, 'The payment provider is down.', 'critical'],
      ['site', 'We look into slow pages.', 'info'],
    ]);
    expect((await listed('/messages')).map(({ room }) => room)).toEqual([null, 'site']);
    expect(events.map(({ kind, room, severity }) => [kind, room, severity])).toEqual([
      ['message', 'site', 'info'],
      ['message', null, 'critical'],
    ]);
    expect(stage.audit.list({ limit: 1, action: 'message.post' }).items[0]).toMatchObject({
      ...{ actor: 'token:operator 1', subject: 'the platform' },
      after: { text: 'The payment provider is down.', severity: 'critical' },
    });
  });

  test('that is withdrawn is shown no longer, and still listed', async () => {
    const { body } = await post('site', 'wrong');
    expect((await ask('DELETE', `/messages/${body.id}?reason=a%20mistake`)).status).toBe(204);
    expect(published).toEqual([]);
    expect(await listed('/messages')).toMatchObject([
      { id: body.id, withdrawnAt: '2026-12-01T15:00:00.000Z' },
    ]);
    expect((await ask('DELETE', `/messages/${body.id}?reason=again`)).status).toBe(204);
    expect((await ask('DELETE', '/messages/nothing?reason=x')).status).toBe(404);
  });

  test('of each room the newest twenty are shown, whatever others post', async () => {
    await post('event-1', 'kept');
    for (let n = 0; n < 25; n++) await post('site', `m${n}`);
    expect(published.filter(({ room }) => room === 'site').map(({ text }) => text)).toEqual(
      Array.from({ length: 20 }, (_, n) => `m${24 - n}`),
    );
    expect(published.at(-1)).toMatchObject({ room: 'event-1', text: 'kept' });
  });

  test('that is none, or not for this room’s organiser, is refused', async () => {
    for (const [room, text, more] of [
      ['site', ''],
      ['site', '   '],
      ['site', 'x'.repeat(1_001)],
      ['site', 'a\u0000b'],
      ['no such name', 'x'],
      ['site', 'x', { severity: 'loud' }],
      ['site', 'x', { severity: 'critical', resolves: true }],
    ] as const)
      expect([room, text, (await post(room, text, more)).status]).toEqual([room, text, 400]);
    const theirs = stage.tokenOf('organiser', ['event-1']);
    const asOrganiser = async (room: string | null) =>
      (await ask('POST', '/messages', { room, text: 'x' }, theirs)).status;
    expect([await asOrganiser('event-1'), await asOrganiser('site'), await asOrganiser(null)]).toEqual([
      201, 403, 403,
    ]);
    await post('site', 'not theirs');
    await post(null, 'for all');
    expect((await listed('/messages', theirs)).map(({ text }) => text)).toEqual(['for all', 'x']);
  });

  test('is published or nothing is written: a document that cannot be made takes no message', async () => {
    const failing = createMessages({
      ...{
        fleet: here.fleet,
        config: here.config,
        data: stage.data,
        auditLog: stage.audit,
        hub: stage.hub,
        clock,
      },
      ...{ rooms: () => [], log: { say() {} }, newId: () => 'm' },
      publish: () => {
        throw new Error('no');
      },
    });
    const actor = { name: 'token:ann', role: 'operator', rooms: null } as const;
    expect(() => failing.post(actor, { room: null, text: 'x' })).toThrow('no');
    expect([failing.list(), stage.audit.list({ limit: 9, action: 'message.post' }).items, events]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe('an incident', () => {
  test('is opened by a grave message, and after ten minutes without a word the operators are reminded, again and again', async () => {
    await post('site', 'Registration is slow.', { severity: 'warning' });
    await pass(9);
    expect(reminders()).toEqual([]);
    await pass(1);
    expect(reminders()).toEqual([
      'site has an open incident, and visitors have been told nothing for 10 minutes',
    ]);
    await pass(9);
    expect(reminders()).toHaveLength(1);
    await pass(1);
    expect(reminders()).toHaveLength(2);
    expect(stage.audit.list({ limit: 9, action: 'incident.reminder' }).items).toMatchObject([
      { actor: 'headgate', subject: 'site', after: { minutes: 20 } },
      { actor: 'headgate', subject: 'site', after: { minutes: 10 } },
    ]);
  });

  test('of which visitors hear, in the room or from the platform, waits for another ten minutes', async () => {
    await post('site', 'Slow.', { severity: 'warning' });
    await pass(9);
    await post('site', 'We found it.');
    await pass(9);
    await post(null, 'All events are slow.');
    await pass(9);
    await post('event-1', 'of another room');
    expect(reminders()).toEqual([]);
    await pass(1);
    expect(reminders()).toHaveLength(1);
  });

  test('ends with a message that says so, or by its own address, and is no reason for reminders then', async () => {
    const { body } = await post('site', 'Slow.', { severity: 'critical' });
    await post('site', 'It is over.', { resolves: true });
    expect(await open()).toEqual([]);
    const again = await post('event-1', 'Slow.', { severity: 'warning' });
    expect((await open()).map(({ room, byMessage }) => [room, byMessage])).toEqual([['event-1', true]]);
    const resolve = (id: string) => ask('POST', `/messages/${id}/resolve`, { reason: 'it is over' });
    expect((await resolve(again.body.id)).body).toMatchObject({ resolvedAt: expect.any(String) });
    expect((await resolve(again.body.id)).status).toBe(409);
    expect((await resolve(body.id)).status).toBe(409);
    await pass(30);
    expect(reminders()).toEqual([]);
  });

  test('is a room that an operator closed, until it is open; one that its configuration closes is none', async () => {
    await here.store.operate('site', { kind: 'offline', until: null });
    await pass(11);
    expect((await open()).map(({ room, byOperator }) => [room, byOperator])).toEqual([['site', true]]);
    expect(reminders()).toEqual([
      'site is closed by an operator, and visitors have been told nothing for 10 minutes',
    ]);
    await here.store.operate('site', { kind: 'open' });
    await pass(20);
    expect(await open()).toEqual([]);
    expect(reminders()).toHaveLength(1);
  });

  test('of a room that no gateway tells of goes on: nobody has said that it is open', async () => {
    await here.store.operate('site', { kind: 'pause', until: null });
    await pass(1);
    here.silence();
    await pass(10);
    expect([(await open()).length, reminders().length]).toEqual([1, 1]);
  });

  test('is remembered by the next admin process', async () => {
    await post(null, 'Everything is slow.', { severity: 'critical' });
    clock.forward(11 * MINUTE_MS);
    messagesOn(stage).look();
    expect(reminders()).toEqual([
      'the platform has an open incident, and visitors have been told nothing for 11 minutes',
    ]);
  });
});
