/** Rehearsals over the admin API: told to gateways before they are told to who asked, and worth something for one configuration only. */
import { createLocalJWKSet, jwtVerify } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLaunches, type Launches } from '../../admin/launches/launches.ts';
import { createRehearsals } from '../../admin/rehearsals/rehearsals.ts';
import { rehearsalRoutes } from '../../admin/rehearsals/routes.ts';
import type { NewRehearsalDocument } from '../../admin/rehearsals/words.ts';
import type { Pin, PublishedRehearsals, Staged } from '../../gateway/control/words.ts';
import { judgeOf } from '../audit/coverage/stage.ts';
import { document, report as gatewayReport } from '../control/reports.ts';
import { handClock } from '../support/admin-here.ts';
import { type AdminStage, adminStage } from './support/admin-stage.ts';
import { settingsFrom } from './support/gateways-here.ts';

const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:1"] } }
rooms: { "event-{eventid}": { limits: { sessions: 50 } }, site: {} }
default: { room: site, upstream: platform }
launches: [{ name: summit, room: event-4711, opensAt: "2026-12-02T15:00:00Z" }]
`;
const PIN: Pin = { id: 'p1', path: 'rooms.site.mode', value: 'observe', reason: 'x', by: 'y', at: 'z' };
const reason = 'the day before';

let config: string;
let active: number;
let staged: Staged | null;
let pins: Pin[];
let serial: number;
let taken: number;
let published: PublishedRehearsals;
let clock: ReturnType<typeof handClock>;
let stage: AdminStage;
let launches: Launches;
let changed: () => void;
let rounds: (() => void)[];

beforeEach(async () => {
  [config, active, staged, pins, serial, taken, rounds] = [CONFIG, 7, null, [], 70, 1_000, []];
  changed = () => {};
  clock = handClock();
  const heard = () => [
    { report: gatewayReport('one', { serial: Math.min(taken, serial) }), heardMs: 0, clockAheadMs: 0 },
  ];
  stage = await adminStage({
    clock,
    routes({ data, audit }) {
      const active_ = {
        ...{ active: () => ({ number: active, config }), staged: () => staged, pins: () => pins },
        settings: () => settingsFrom(config, active),
        published: () => document(serial),
        onChange(listener: () => void) {
          changed = listener;
        },
      };
      const fleet = {
        ...{ gateways: heard, silent: () => [] },
        onRound: (listener: () => void) => void rounds.push(listener),
      };
      launches = createLaunches({
        ...{ config: active_, fleet, judgeOf, data, clock },
        ...{ room: () => undefined, coverage: () => null, drift: () => null },
      });
      const rehearsals = createRehearsals({
        ...{ config: active_, fleet, data, auditLog: audit, clock },
        publish(next) {
          published = next;
          return { serial: ++serial };
        },
      });
      return rehearsalRoutes({ rehearsals });
    },
  });
});

const send = (method: string, path: string, body?: unknown) =>
  stage.ask(method, `/v1/rehearsals${path}`, { token: stage.tokenOf('operator'), body });
async function begin(more: object = {}): Promise<NewRehearsalDocument> {
  const answer = await send('POST', '', { launch: 'summit', minutes: 30, reason, ...more });
  expect(answer.status).toBe(201);
  return (await answer.json()) as NewRehearsalDocument;
}
const reportOf = (more: object = {}) => ({
  report: {
    ...{ verdict: 'held', revision: 7, startedAt: '2026-12-01T15:00:00Z' },
    ...{ checks: [{ name: 'within-capacity', held: true, seen: 3 }], figures: { x: 1 }, ...more },
  },
});
const handIn = (id: string, more: object = {}) => send('POST', `/${id}/result`, reportOf(more));
const item = () => launches.readiness('summit').items.find(({ name }) => name === 'rehearsal-passed');
const change = (make: () => void) => {
  make();
  changed();
};

describe('a launch that names its peak', () => {
  const lastPassedWith = async (figures: object) => {
    const { id } = await begin();
    expect((await handIn(id, { figures })).status).toBe(200);
    expect((await send('DELETE', `/${id}?reason=x`)).status).toBe(204);
    return [item()?.state, item()?.detail];
  };

  test('is rehearsed by at least as many visitors, or its item says how many came', async () => {
    config = CONFIG.replace('Z" }', 'Z", expectedPeakPerMinute: 600 }');
    changed();
    expect(await lastPassedWith({ 'visitors.came': 2 })).toEqual([
      'unknown',
      'the last rehearsal was too small, with 2 visitors: expectedPeakPerMinute is 600, so rehearse with at least so many',
    ]);
    expect((await lastPassedWith({ x: 1 }))[1]).toContain('it is not known with how many visitors');
    expect(await lastPassedWith({ 'visitors.came': 599 })).toEqual(['unknown', expect.anything()]);
    expect(await lastPassedWith({ 'visitors.came': 600 })).toEqual([
      'green',
      expect.stringMatching(/^passed at .*, with 600 visitors$/),
    ]);
  });

  test('else any will do, and it says how many came', async () =>
    expect(await lastPassedWith({ 'visitors.came': 2 })).toEqual([
      'green',
      expect.stringContaining(', with 2 visitors'),
    ]));
});

describe('a rehearsal', () => {
  test('has a header that gateways verify by what was published, and that no cache keeps', async () => {
    const answer = await send('POST', '', { launch: 'summit', opensInSeconds: 60, minutes: 30, reason });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { id, prefix, header, revision, expiresAt } = (await answer.json()) as NewRehearsalDocument;
    expect([prefix, revision]).toEqual([`~${id}~`, 7]);
    const [live] = published.live;
    expect(live).toMatchObject({ id, prefix, launch: 'summit', expiresAt });
    expect(Date.parse(live!.opensAt!) - clock.wallMs()).toBe(60_000);
    expect(published.key).not.toHaveProperty('d');
    const keys = createLocalJWKSet({ keys: [published.key as never] });
    const verified = await jwtVerify(header, keys, { currentDate: new Date(clock.wallMs()) });
    expect(verified.payload).toMatchObject({ jti: id, aud: 'headgate-rehearsal', iss: 'headgate' });
    expect(await (await send('GET', '')).text()).not.toContain(header);
  });

  test('is told once every gateway knows of it', async () => {
    taken = 70;
    let isTold = false;
    const asked = begin().then(() => {
      isTold = true;
    });
    await expect.poll(() => serial).toBe(71);
    for (const round of rounds) round();
    await new Promise((resolve) => setImmediate(resolve));
    expect(isTold).toBe(false);
    taken = 71;
    for (const round of rounds) round();
    await asked;
  });

  test('is over by its time, by hand, and then told to no gateway', async () => {
    const [one, two] = [await begin({ minutes: 1 }), await begin()];
    expect(published.live.map(({ id }) => id)).toEqual([one.id, two.id]);
    clock.forward(60_000);
    for (const round of rounds) round();
    expect(published.live.map(({ id }) => id)).toEqual([two.id]);
    expect((await send('DELETE', `/${two.id}?reason=x`)).status).toBe(204);
    expect(published.live).toEqual([]);
    const { state, endedAt } = (await (await send('GET', `/${two.id}`)).json()) as Record<string, string>;
    expect([state, endedAt]).toEqual(['over', new Date(clock.wallMs()).toISOString()]);
  });

  test('is not begun for a launch that is not there, beside three others, or while a revision is tried', async () => {
    const status = async (more: object = {}) =>
      (await send('POST', '', { launch: 'summit', minutes: 30, reason, ...more })).status;
    expect(await status({ launch: 'winter' })).toBe(404);
    expect([await status({ minutes: 241 }), await status({ minutes: 0 })]).toEqual([400, 400]);
    staged = { number: 8, config: '', gateways: ['one'] };
    expect(await status()).toBe(409);
    staged = null;
    config = CONFIG.replaceAll('site', 's'.repeat(60));
    expect(await status()).toBe(409);
    config = CONFIG;
    for (let count = 0; count < 3; count++) await begin();
    expect(await status()).toBe(409);
  });
});

describe('the launch’s item of readiness', () => {
  test('is green by a report that held, for that revision only', async () => {
    expect(item()?.state).toBe('unknown');
    const { id } = await begin();
    expect(item()?.state).toBe('unknown');
    expect((await handIn(id)).status).toBe(200);
    expect(item()?.state).toBe('green');
    change(() => {
      active = 8;
    });
    expect(item()?.state).toBe('unknown');
  });

  test('is unknown again after a pin, and after a revision is tried on some gateways', async () => {
    const { id } = await begin();
    await handIn(id);
    change(() => {
      pins = [PIN];
    });
    expect(item()?.state).toBe('unknown');
    change(() => {
      pins = [];
      staged = { number: 8, config: '', gateways: ['one'] };
    });
    expect(item()?.state).toBe('unknown');
  });

  test('is unknown where the configuration was another one for a while since the beginning', async () => {
    const { id } = await begin();
    change(() => {
      pins = [PIN];
    });
    change(() => {
      pins = [];
    });
    const { passedAt } = (await (await handIn(id)).json()) as { passedAt: string | null };
    expect(passedAt).toBeNull();
    expect(item()?.state).toBe('unknown');
  });

  test.each([
    { what: 'failed', more: { verdict: 'failed' }, state: 'red' },
    { what: 'was invalid', more: { verdict: 'invalid' }, state: 'unknown' },
    {
      what: 'claims to have held, with a check that failed',
      more: { checks: [{ name: 'a', held: false }] },
      state: 'red',
    },
    {
      what: 'claims to have held, with a check unseen',
      more: { checks: [{ name: 'a', held: null }] },
      state: 'red',
    },
    { what: 'claims to have held, without checks', more: { checks: [] }, state: 'red' },
    { what: 'was ended early', more: { endedEarly: 'Ctrl-C' }, state: 'unknown' },
  ])('is $state by a report that $what, and by the next one that held green', async ({ more, state }) => {
    await handIn((await begin()).id, more);
    expect(item()?.state).toBe(state);
    await handIn((await begin()).id);
    expect(item()?.state).toBe('green');
  });
});

describe('a report', () => {
  test('of another revision, or a second one, is refused', async () => {
    const { id } = await begin();
    expect((await handIn(id, { revision: 6 })).status).toBe(409);
    expect((await handIn(id)).status).toBe(200);
    expect((await handIn(id)).status).toBe(409);
    expect((await handIn('r0000')).status).toBe(404);
  });

  test('is kept whole, and may be large, but not endless', async () => {
    const { id } = await begin();
    const long = 'x'.repeat(3_000_000);
    expect((await handIn(id, { evidence: long })).status).toBe(200);
    const { report } = (await (await send('GET', `/${id}`)).json()) as { report: Record<string, unknown> };
    expect(report).toEqual(reportOf({ evidence: long }).report);
    const other = await begin();
    expect((await handIn(other.id, { evidence: 'x'.repeat(4_300_000) })).status).toBe(413);
  });

  test.each([
    { report: { verdict: 'fine', revision: 7, checks: [], startedAt: '2026-12-01T15:00:00Z' } },
    { report: { verdict: 'held', revision: 7, startedAt: '2026-12-01T15:00:00Z' } },
    { report: { verdict: 'held', revision: 7, checks: [{}], startedAt: '2026-12-01T15:00:00Z' } },
    { report: { verdict: 'held', revision: 7, checks: [], startedAt: 'yesterday' } },
    {},
  ])('that lacks what it is judged by is refused: %j', async (body) => {
    const { id } = await begin();
    expect((await send('POST', `/${id}/result`, body)).status).toBe(400);
  });

  test('stands in the audit log with who handed it in, as the beginning and the end do', async () => {
    const { id } = await begin();
    await handIn(id);
    await send('DELETE', `/${id}?reason=over`);
    const answer = await stage.ask('GET', '/v1/audit-log', { token: stage.tokenOf('operator') });
    const { items } = (await answer.json()) as { items: { action: string; subject: string }[] };
    const own = items.filter(({ action }) => action.startsWith('rehearsal.'));
    expect(own.map(({ action, subject }) => `${action} ${subject}`).sort()).toEqual([
      'rehearsal.begin summit',
      'rehearsal.end summit',
      'rehearsal.report summit',
    ]);
  });
});
