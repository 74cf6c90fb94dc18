/** Rooms through the admin API: seen as the gateways tell them, changed with a reason, and put back when a change was for a time. */
import { beforeEach, describe, expect, test } from 'vitest';
import { AdminError } from '../../admin/errors.ts';
import { createRooms, type Rooms } from '../../admin/rooms/rooms.ts';
import { roomRoutes } from '../../admin/rooms/routes.ts';
import type { RoomDocument } from '../../admin/rooms/words.ts';
import { handClock } from '../support/admin-here.ts';
import { type AdminStage, adminStage } from './support/admin-stage.ts';
import { type GatewaysHere, gatewaysHere } from './support/gateways-here.ts';

const CONFIG = `
# the event's own law
upstreams: { platform: { targets: ["http://127.0.0.1:1"] } }
rooms:
  "event-{n}": { limits: { sessions: 5, admissionsPerMinute: 60 }, claimSeconds: 30, maxRooms: 20 }
  site: { limits: { sessions: 1, seats: 50 } } # small
rules: [{ name: events, match: { path: "/e/{n}/*" }, room: "event-{n}" }]
default: { room: site, upstream: platform }
`;
const WHY = { reason: 'the platform is slow' };

type Clock = ReturnType<typeof handClock>;
let clock: Clock;
let here: GatewaysHere;
let stage: AdminStage;
let rooms: Rooms;
let operator: string;

beforeEach(async () => {
  clock = handClock();
  here = await gatewaysHere(CONFIG, clock);
  stage = await adminStage({
    clock,
    routes: ({ data, audit, hub }) => {
      rooms = createRooms({ ...here, data, auditLog: audit, hub, clock, log: { say() {} } });
      return roomRoutes({ rooms });
    },
  });
  operator = stage.tokenOf('operator');
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
  token = operator,
) {
  const answer = await stage.ask(method, `/v1/rooms${path}`, { token, body, headers: headers ?? {} });
  return {
    status: answer.status,
    etag: answer.headers.get('etag') ?? '',
    body: (await answer.json()) as RoomDocument,
  };
}
const codeOf = (answer: { body: unknown }) => (answer.body as { code: string }).code;
const audit = () => stage.audit.list({ limit: 100 }).items.reverse();
const iso = (aheadMs: number) => new Date(clock.wallMs() + aheadMs).toISOString();
async function line(room: string, count: number) {
  const ids = Array.from({ length: count }, (_, i) => `v${i}`);
  await here.store.join(room, 'default', ids);
  here.round();
}

describe('the list', () => {
  test('has each room once, by the newest view, with what operators need', async () => {
    await line('site', 4);
    const { body } = await ask('GET', '');
    expect((body as unknown as { items: RoomDocument[] }).items).toMatchObject([
      {
        ...{ room: 'site', template: 'site', state: 'engaged', operatorState: 'open', stateUntil: null },
        ...{
          limits: { sessions: 1, seats: 50 },
          sessions: 1,
          waiting: 3,
          issued: 4,
          serving: 1,
          seatsLeft: 50,
        },
        ...{ mode: 'act', why: 'a test says so', engaged: true, admissions: 1, expectedWaitSeconds: null },
      },
    ]);
  });

  test('comes in pages, and organisers see theirs alone', async () => {
    for (let n = 1; n <= 5; n++) await here.gateways[0]!.rooms.enter(`event-${n}`, 'event-{n}');
    here.round();
    type Page = { items: RoomDocument[]; next: string | null };
    const names: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await ask('GET', `?limit=2${cursor}`);
      const { items, next } = body as unknown as Page;
      names.push(...items.map(({ room }) => room));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(names).toEqual(['event-1', 'event-2', 'event-3', 'event-4', 'event-5', 'site']);
    const theirs = stage.tokenOf('organiser', ['event-3', 'event-9']);
    const { body } = await ask('GET', '', undefined, {}, theirs);
    expect((body as unknown as Page).items.map(({ room }) => room)).toEqual(['event-3']);
    expect((await ask('GET', '/event-2', undefined, {}, theirs)).status).toBe(403);
    expect((await ask('POST', '/event-2/pause', WHY, {}, theirs)).status).toBe(403);
    expect((await ask('POST', '/event-3/pause', WHY, {}, theirs)).status).toBe(200);
  });
});

describe('one room', () => {
  test('that no report has is asked of a gateway; one that nobody knows is not there', async () => {
    here.gateways[1]!.isSilent = true;
    await here.gateways[0]!.rooms.enter('event-7', 'event-{n}');
    here.gateways[0]!.hides.add('event-7');
    here.round();
    expect(await ask('GET', '/event-7')).toMatchObject({
      status: 200,
      body: { room: 'event-7', state: 'open' },
    });
    expect(await ask('GET', '/event-8')).toMatchObject({ status: 404, body: { code: 'HG_NOT_THERE' } });
  });

  test('has a tag that is new when anything is, of which a change needs what operators change alone', async () => {
    const first = await ask('GET', '/site');
    await line('site', 3);
    const second = await ask('GET', '/site');
    expect(second.etag).not.toBe(first.etag);
    expect(
      (await ask('PATCH', '/site', { ...WHY, limits: { sessions: 2 } }, { 'if-match': first.etag })).status,
    ).toBe(200);
    for (const stale of [first.etag, second.etag, '"nonsense"']) {
      const late = await ask('PATCH', '/site', { ...WHY, limits: { sessions: 9 } }, { 'if-match': stale });
      expect([late.status, codeOf(late)]).toEqual([412, 'HG_PRECONDITION_FAILED']);
    }
    expect((await ask('POST', '/site/pause', WHY, { 'if-match': second.etag })).status).toBe(412);
    expect((await ask('GET', '/site')).body).toMatchObject({ limits: { sessions: 2 }, state: 'engaged' });
  });

  test('of two operators who change it at once with the same tag, one does', async () => {
    const { etag } = await ask('GET', '/site');
    const answers = await Promise.all(
      [3, 4, 5].map((sessions) =>
        ask('PATCH', '/site', { ...WHY, limits: { sessions } }, { 'if-match': etag }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });
});

test('seats that somebody sold or told are no reason to read again, seats that an operator changed are', async () => {
  const { etag } = await ask('GET', '/site');
  await here.store.setSeats('site', 49);
  here.round();
  expect((await ask('PATCH', '/site', { ...WHY, seats: 9 }, { 'if-match': etag })).status).toBe(200);
  expect((await ask('PATCH', '/site', { ...WHY, seats: 8 }, { 'if-match': etag })).status).toBe(412);
});

describe('an operator’s word', () => {
  test('answers the room as it is after it, and stands in the audit log with before and after', async () => {
    await line('site', 3);
    const until = iso(600_000);
    const paused = await ask('POST', '/site/pause', { ...WHY, until });
    expect(paused).toMatchObject({ status: 200, body: { state: 'paused', stateUntil: until, waiting: 2 } });
    expect((await ask('GET', '/site')).body).toMatchObject({ state: 'paused' });
    expect(await ask('POST', '/site/resume', { reason: 'it is fast again' })).toMatchObject({
      status: 200,
      body: { operatorState: 'open', stateUntil: null, waiting: 2 },
    });
    expect(audit().filter(({ subject }) => subject === 'site')).toMatchObject([
      {
        ...{ actor: 'token:operator 1', action: 'room.pause', reason: WHY.reason },
        ...{ before: { state: 'open', until: null }, after: { state: 'paused', until } },
      },
      { action: 'room.resume', reason: 'it is fast again', before: { state: 'paused', until } },
    ]);
  });

  test('an event is taken offline, planned for the next day, and opens by itself with everybody in order', async () => {
    await line('site', 9);
    const reopensAt = iso(86_400_000);
    expect(await ask('POST', '/site/offline', { ...WHY, reopensAt })).toMatchObject({
      body: { state: 'offline', stateUntil: reopensAt, waiting: 8, issued: 9 },
    });
    here.round();
    clock.forward(86_400_000);
    await here.store.call('site');
    here.round();
    expect((await ask('GET', '/site')).body).toMatchObject({
      operatorState: 'open',
      stateUntil: null,
      issued: 9,
    });
    here.round();
    const opened = audit().filter(({ action }) => action === 'room.reopen');
    expect(opened).toMatchObject([
      {
        ...{ actor: 'headgate', subject: 'site', reason: 'the time is over for which it was offline' },
        ...{ before: { state: 'offline', until: reopensAt }, after: { state: 'open', until: null } },
      },
    ]);
  });

  test('that somebody takes back before its time is written down as theirs alone', async () => {
    await line('site', 2);
    await ask('POST', '/site/pause', { ...WHY, until: iso(60_000) });
    here.round();
    await ask('POST', '/site/resume', { reason: 'the database answers' });
    here.round();
    clock.forward(60_000);
    await here.store.call('site');
    here.round();
    const words = audit().filter(({ subject }) => subject === 'site');
    expect(words.map(({ actor, action }) => [actor, action])).toEqual([
      ['token:operator 1', 'room.pause'],
      ['token:operator 1', 'room.resume'],
    ]);
  });

  test('end ends the line, and only reopen begins a new one', async () => {
    await line('site', 2);
    expect((await ask('POST', '/site/end', WHY)).body).toMatchObject({ state: 'ended', epoch: 1 });
    for (const action of ['pause', 'resume', 'offline', 'end']) {
      const refused = await ask('POST', `/site/${action}`, WHY);
      expect([refused.status, codeOf(refused)]).toEqual([409, 'HG_CONFLICT']);
    }
    expect((await ask('POST', '/site/reopen', WHY)).body).toMatchObject({
      epoch: 2,
      issued: 0,
      state: 'open',
    });
  });

  test('is one at a time: of two who reopen what has ended, one begins a new line', async () => {
    await ask('POST', '/site/end', WHY);
    const actor = { name: 'token:ann', role: 'operator', rooms: null } as const;
    const reopen = { actor, room: 'site', action: 'reopen', body: WHY, ifMatch: null } as const;
    const answers = await Promise.allSettled([rooms.operate(reopen), rooms.operate(reopen)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(answers[1]).toMatchObject({ reason: { code: 'HG_CONFLICT' } });
    expect((await ask('GET', '/site')).body.epoch).toBe(2);
  });

  test('is refused where it makes no sense, with what is wrong', async () => {
    const cases: [string, object, number][] = [
      ['resume', WHY, 409],
      ['reopen', WHY, 409],
      ['pause', {}, 400],
      ['pause', { reason: ' ' }, 400],
      ['pause', { ...WHY, until: 'tomorrow' }, 400],
      ['pause', { ...WHY, until: iso(-1_000) }, 400],
      ['pause', { ...WHY, until: iso(1e12) }, 400],
      ['offline', { ...WHY, until: iso(1_000), reopensAt: iso(2_000) }, 400],
      ['end', { ...WHY, until: iso(1_000) }, 400],
      ['pause', { ...WHY, unheard: 'of' }, 400],
    ];
    for (const [action, body, status] of cases)
      expect([action, body, (await ask('POST', `/site/${action}`, body)).status]).toEqual([
        action,
        body,
        status,
      ]);
    expect(audit()).toHaveLength(1);
  });

  test('goes to another gateway where the first says nothing, and says so where none does', async () => {
    here.gateways[0]!.isSilent = true;
    expect((await ask('POST', '/site/pause', WHY)).body).toMatchObject({ state: 'paused' });
    expect(here.asked.map(({ gateway }) => gateway)).toEqual(['gateway-1', 'gateway-2']);
    here.gateways[1]!.isSilent = true;
    const unheard = await ask('POST', '/site/resume', WHY);
    expect([unheard.status, codeOf(unheard)]).toEqual([503, 'HG_NO_GATEWAY']);
    expect(audit().at(-1)).toMatchObject({ action: 'room.resume.failed' });
    here.silence();
    expect((await ask('POST', '/site/resume', WHY)).status).toBe(503);
  });

  test('a gateway that lost its store is asked last', async () => {
    here.gateways[0]!.lost.lose();
    here.round();
    expect((await ask('POST', '/site/pause', WHY)).body).toMatchObject({ state: 'paused' });
    expect(here.asked.map(({ gateway }) => gateway)).toEqual(['gateway-2']);
  });

  test('may come before the event’s first visitor; what the configuration leads nowhere to is not there', async () => {
    expect((await ask('POST', '/event-9/offline', WHY)).body).toMatchObject({
      room: 'event-9',
      state: 'offline',
    });
    expect((await ask('POST', '/nowhere/pause', WHY)).status).toBe(404);
  });

  test('what cannot be written down is not done', async () => {
    stage.data.db.exec('PRAGMA query_only = ON');
    expect((await ask('POST', '/site/pause', WHY)).status).toBe(507);
    stage.data.db.exec('PRAGMA query_only = OFF');
    expect(here.asked).toEqual([]);
    expect((await ask('GET', '/site')).body.state).toBe('open');
  });
});

describe('a change', () => {
  test('of limits and mode becomes a revision; of an event it gives that event an entry of its own', async () => {
    await here.gateways[0]!.rooms.enter('event-7', 'event-{n}');
    here.round();
    const body = { ...WHY, limits: { sessions: 40 }, mode: 'observe' };
    expect(await ask('PATCH', '/event-7', body)).toMatchObject({
      status: 200,
      body: {
        ...{ template: 'event-7', mode: 'observe', revision: 2 },
        limits: { sessions: 40, admissionsPerMinute: 60, submitReserve: 0 },
      },
    });
    const { config } = here.config.active();
    expect(config).toContain("# the event's own law");
    expect(here.config.settings().rooms['event-7']).toMatchObject({
      claimSeconds: 30,
      limits: { sessions: 40 },
    });
    expect(here.config.settings().rooms['event-{n}']).toMatchObject({ mode: 'act', limits: { sessions: 5 } });
    expect(here.amendments).toEqual([{ actor: 'token:operator 1', reason: WHY.reason }]);
    expect(audit().at(-1)).toMatchObject({
      ...{ action: 'room.change', subject: 'event-7' },
      before: { 'limits.sessions': 5, mode: null },
      after: { 'limits.sessions': 40, mode: 'observe', until: null },
    });
  });

  test('of seats is told to the room, and is no revision', async () => {
    expect((await ask('PATCH', '/site', { ...WHY, seats: 7 })).body).toMatchObject({
      seatsLeft: 7,
      revision: 1,
    });
    expect((await ask('PATCH', '/site', { ...WHY, seats: null })).body).toMatchObject({ seatsLeft: null });
    expect(here.amendments).toEqual([]);
  });

  test('that the configuration does not bear is refused whole, with its faults', async () => {
    here.refuse(
      new AdminError('HG_REVISION_INVALID', 'wrong', { faults: [{ path: 'rooms', message: 'no' }] }),
    );
    const refused = await ask('PATCH', '/site', {
      ...WHY,
      limits: { submitReserve: 99 },
      seats: 3,
      until: iso(1_000),
    });
    expect([refused.status, codeOf(refused)]).toEqual([422, 'HG_REVISION_INVALID']);
    expect((await ask('GET', '/site')).body.seatsLeft).toBe(50);
    expect(audit().at(-1)).toMatchObject({ action: 'room.change.failed' });
    here.refuse(null);
    clock.forward(5_000);
    await rooms.putBack();
    expect(here.amendments).toEqual([]);
    expect((await ask('GET', '/site')).body.seatsLeft).toBe(50);
  });

  test('of what is pinned is refused, and names the pin', async () => {
    here.pins.push({
      ...{ id: '1', path: 'rooms.site.limits.sessions', value: 1, by: 'token:ann', at: '' },
      reason: 'the vendor asked for it',
    });
    const refused = await ask('PATCH', '/site', { ...WHY, limits: { sessions: 5 } });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([409, expect.stringContaining('vendor')]);
  });

  test('needs something to change, within bounds', async () => {
    for (const body of [
      WHY,
      { limits: { sessions: 1 } },
      { ...WHY, limits: {} },
      { ...WHY, limits: { sessions: -1 } },
      { ...WHY, limits: { sessions: 1.5 } },
      { ...WHY, limits: { session: 1 } },
      { ...WHY, mode: 'sleep' },
      { ...WHY, seats: '5' },
      { ...WHY, until: iso(1_000) },
    ])
      expect([body, (await ask('PATCH', '/site', body)).status]).toEqual([body, 400]);
    const { body: empty } = await ask('PATCH', '/site', { reason: '', limits: {} });
    expect((empty as unknown as { errors: object[] }).errors).toEqual([
      { path: '/body/limits', message: 'must have 1 or more fields' },
      { path: '/body/reason', message: 'must not be empty' },
      { path: '/body/reason', message: 'must not be blank' },
    ]);
  });
});

describe('a change until a time', () => {
  const change = { ...WHY, limits: { sessions: 9 }, mode: 'observe', seats: 20 };

  test('is put back then, once, by headgate', async () => {
    await ask('PATCH', '/site', { ...change, until: iso(60_000) });
    clock.forward(59_000);
    await rooms.putBack();
    expect((await ask('GET', '/site')).body).toMatchObject({
      limits: { sessions: 9 },
      mode: 'observe',
      seatsLeft: 20,
    });
    clock.forward(1_000);
    await rooms.putBack();
    await rooms.putBack();
    expect((await ask('GET', '/site')).body).toMatchObject({
      limits: { sessions: 1 },
      mode: 'act',
      seatsLeft: 50,
    });
    expect(here.amendments.map(({ actor }) => actor)).toEqual(['token:operator 1', 'headgate']);
    expect(audit().at(-1)).toMatchObject({ actor: 'headgate', action: 'room.put-back', subject: 'site' });
  });

  test('is put back after a restart of the admin process, too', async () => {
    await ask('PATCH', '/site', { ...change, until: iso(60_000) });
    clock.forward(3_600_000);
    const { data, audit: auditLog, hub } = stage;
    const next = createRooms({ ...here, data, auditLog, hub, clock, log: { say() {} } });
    await next.putBack();
    expect(next.get('site')?.view).toMatchObject({ limits: { sessions: 1 } });
  });

  test('waits where it cannot be put back, and leaves alone what somebody changed since', async () => {
    await ask('PATCH', '/site', {
      ...WHY,
      limits: { sessions: 9, admissionsPerMinute: 30 },
      until: iso(60_000),
    });
    await here.change(here.config.active().config.replace('sessions: 9', 'sessions: 12'));
    clock.forward(60_000);
    here.refuse(new AdminError('HG_ACTIVATION_RUNNING', 'another one'));
    await rooms.putBack();
    here.refuse(null);
    await rooms.putBack();
    expect(here.amendments).toHaveLength(1);
    clock.forward(10_000);
    await rooms.putBack();
    expect((await ask('GET', '/site')).body.limits).toMatchObject({
      sessions: 12,
      admissionsPerMinute: null,
    });
  });

  test('gives seats back, and not those that were sold since', async () => {
    await ask('PATCH', '/site', { ...WHY, seats: 20, until: iso(60_000) });
    await here.store.setSeats('site', 15);
    clock.forward(60_000);
    await rooms.putBack();
    expect((await ask('GET', '/site')).body.seatsLeft).toBe(45);
  });

  test('goes back to what was at first when it was changed twice, and stays when it is changed for good', async () => {
    await ask('PATCH', '/site', { ...WHY, limits: { sessions: 9 }, until: iso(60_000) });
    await ask('PATCH', '/site', { ...WHY, limits: { sessions: 8 }, until: iso(120_000) });
    clock.forward(60_000);
    await rooms.putBack();
    expect((await ask('GET', '/site')).body.limits.sessions).toBe(8);
    clock.forward(60_000);
    await rooms.putBack();
    expect((await ask('GET', '/site')).body.limits.sessions).toBe(1);
    await ask('PATCH', '/site', { ...WHY, limits: { sessions: 7 }, until: iso(60_000) });
    await ask('PATCH', '/site', { ...WHY, limits: { sessions: 6 } });
    clock.forward(60_000);
    await rooms.putBack();
    expect((await ask('GET', '/site')).body.limits.sessions).toBe(6);
  });
});

test('whoever listens hears what was done, in a sentence', async () => {
  const heard: string[] = [];
  stage.hub.on(({ kind, room, summary }) => void heard.push(`${kind} ${room} ${summary}`));
  await ask('POST', '/site/pause', WHY);
  await ask('PATCH', '/site', { ...WHY, limits: { sessions: 3 } });
  expect(heard).toEqual([
    'room site site was paused by token:operator 1: the platform is slow',
    'room site site: limits.sessions 3 by token:operator 1: the platform is slow',
  ]);
});
