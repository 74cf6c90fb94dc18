/** Readiness of a launch: green only where somebody looked and all was well; each fault makes it red by its own item. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createLaunches, type Launches } from '../../admin/launches/launches.ts';
import { launchRoutes } from '../../admin/launches/routes.ts';
import type { ReadinessDocument, SeenCoverage, SeenDrift } from '../../admin/launches/words.ts';
import type { GatewayReport, HeardReport, RoomReport, Staged } from '../../gateway/control/words.ts';
import { judgeOf } from '../audit/coverage/stage.ts';
import { report } from '../control/reports.ts';
import { handClock } from '../support/admin-here.ts';
import { roomView } from '../support/page-models.ts';
import { type AdminStage, adminStage } from './support/admin-stage.ts';
import { settingsFrom } from './support/gateways-here.ts';

const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:1"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 50 } }
  site: {}
rules:
  - name: event registration
    match: { path: "/ereg/*", query: { eventid: "{eventid}" } }
    room: "event-{eventid}"
default: { room: site, upstream: platform }
launches:
  - { name: summit, room: event-4711, opensAt: "2026-12-02T15:00:00Z", prequeueMinutes: 30, draw: true,
      addresses: ["https://r.example.com/ereg/new.php?eventid=4711"] }
  - { name: early, room: site, opensAt: "2026-12-01T20:00:00Z" }
audit: { probe: { platform: ["https://origin.example.com/"] } }
`;

const NOW = '2026-12-01T15:00:00.000Z';
const KEYS = { current: ['t1', 'p1'], held: ['t1', 'p1'], lacking: [] };
type Probe = SeenCoverage['outside']['probes'][number];
const MARKED: Probe = {
  ...{ target: 'launch', launch: 'summit', address: 'https://r.example.com/ereg/new.php' },
  ...{ state: 'green', detail: 'shows the gate’s marker: waiting', at: NOW },
};
const REFUSING: Probe = {
  ...MARKED,
  target: 'platform',
  launch: null,
  address: 'https://origin.example.com/',
};

/** Everything well, but the rehearsal. */
let config: string;
let gateways: HeardReport[];
let silent: HeardReport[];
let staged: Staged | null;
let publishedAt: string;
let drift: SeenDrift[] | null;
let coverage: SeenCoverage | null;
let seen: RoomReport | undefined;
let stage: AdminStage;
let launches: Launches;
let clock: ReturnType<typeof handClock>;

const heard = (gateway: string, change: Partial<GatewayReport> = {}): HeardReport => ({
  report: report(gateway, { revision: 7, serial: 70, keys: KEYS, ...change }),
  ...{ heardMs: 0, clockAheadMs: 0 },
});

function passed(revision: number, at: string | null = NOW): void {
  stage.data.db
    .prepare('INSERT INTO rehearsals (launch, revision, passedAt, report) VALUES (?, ?, ?, ?)')
    .run('summit', revision, at, '{}');
}

beforeEach(async () => {
  clock = handClock();
  config = CONFIG;
  gateways = [heard('one'), heard('two')];
  silent = [];
  staged = null;
  publishedAt = '2026-12-01T14:00:00.000Z';
  drift = [];
  coverage = { platform: { state: 'green' }, outside: { probes: [MARKED, REFUSING] } };
  const view = { ...roomView('event-4711', 'open', 0), operatorState: 'open' as const };
  const draw = { commitment: 'c0ffee0123456789', hasBegun: false, base: 0, size: null, opensAt: 0 };
  seen = { view: { ...view, draw }, template: 'event-{eventid}', mode: 'act', why: '' };
  stage = await adminStage({
    clock,
    routes: ({ data }) => {
      launches = createLaunches({
        config: {
          active: () => ({ number: 7, config }),
          ...{ staged: () => staged, pins: () => [], settings: () => settingsFrom(config, 7), onChange() {} },
          published: () => ({
            ...{ serial: 70, at: publishedAt, active: { number: 7, config }, staged, pins: [] },
            ...{ messages: [], commands: [], fileHash: null },
          }),
        },
        fleet: { gateways: () => gateways, silent: () => silent },
        room: (name) => (name === 'event-4711' ? seen : undefined),
        ...{ judgeOf, coverage: () => coverage, drift: () => drift, data, clock },
      });
      return launchRoutes({ launches });
    },
  });
});

const readiness = () => launches.readiness('summit');
function item(name: string) {
  const found = readiness().items.find((each) => each.name === name);
  return [found?.state, found?.detail ?? ''];
}

describe('readiness', () => {
  test('is green when everything was looked at and is well, for the revision that was rehearsed', async () => {
    expect(readiness()).toMatchObject({ launch: 'summit', revision: 7, state: 'unknown' });
    passed(7);
    const answer = await stage.ask('GET', '/v1/launches/summit/readiness', {
      token: stage.tokenOf('viewer'),
    });
    const body = (await answer.json()) as ReadinessDocument;
    expect(body.items.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'addresses-reach-the-room green',
      'limits-set green',
      'line-open green',
      'no-maintenance green',
      'draw-committed green',
      'prober-sees-the-marker green',
      'direct-path-refused green',
      'observer-heard green',
      'gateways-agree green',
      'keys-outlast-the-launch green',
      'rehearsal-passed green',
    ]);
    expect(body).toMatchObject({ launch: 'summit', revision: 7, state: 'green' });
  });

  test('is of the active revision: one that was rehearsed before says nothing of this one', () => {
    passed(6);
    expect(item('rehearsal-passed')).toEqual(['unknown', expect.stringContaining('revision 6, not of 7')]);
    passed(7, null);
    expect(item('rehearsal-passed')[0]).toBe('red');
    expect(readiness().state).toBe('red');
  });

  test('where nobody looks is unknown, never green', () => {
    passed(7);
    gateways = [];
    coverage = null;
    drift = null;
    seen = undefined;
    const { state, items } = readiness();
    expect(state).toBe('unknown');
    expect(items.filter((each) => each.state === 'green').map(({ name }) => name)).toEqual([
      'addresses-reach-the-room',
      'limits-set',
      'no-maintenance',
      'rehearsal-passed',
    ]);
  });

  test('names the address that does not reach the room, and the rule that leads it astray', () => {
    config = CONFIG.replace('["https://r', '["https://r.example.com/app/4711", "https://r');
    expect(item('addresses-reach-the-room')).toEqual([
      'red',
      'https://r.example.com/app/4711 leads to room site (by no rule); wanted: room event-4711',
    ]);
    config = CONFIG.replace(
      'rules:',
      'rules:\n  - { name: wide, match: { path: "/ereg/*" }, action: bypass }',
    );
    expect(item('addresses-reach-the-room')[1]).toContain('leads past every line (by rule "wide")');
  });

  test('is red without a limit, with a room that only observes, and with a line that stays closed', () => {
    config = CONFIG.replace('{ limits: { sessions: 50 } }', '{}');
    expect(item('limits-set')[0]).toBe('red');
    config = CONFIG.replace('{ limits: { sessions: 50 } }', '{ limits: { sessions: 50 }, mode: observe }');
    expect(item('limits-set')[0]).toBe('red');
    Object.assign(seen!.view, { operatorState: 'offline', stateUntil: null });
    expect(item('line-open')[0]).toBe('red');
    seen!.view.stateUntil = Date.parse('2026-12-02T14:00:00Z');
    expect(item('line-open')[0]).toBe('green');
    seen!.view.stateUntil = Date.parse('2026-12-02T16:00:00Z');
    expect(item('line-open')[0]).toBe('red');
  });

  test('is red with a maintenance at the opening or in the hour after it, and green with one before or later', () => {
    const windows = {
      '2026-12-02T14:00:00Z, until: 2026-12-02T15:00:00Z': 'green',
      '2026-12-02T14:00:00Z, until: 2026-12-02T15:00:01Z': 'red',
      '2026-12-02T15:59:59Z, until: 2026-12-02T17:00:00Z': 'red',
      '2026-12-02T16:00:00Z, until: 2026-12-02T17:00:00Z': 'green',
    };
    for (const [window, state] of Object.entries(windows)) {
      config = CONFIG.replace('{ sessions: 50 } }', `{ sessions: 50 }, maintenance: [{ from: ${window} }] }`);
      expect([window, item('no-maintenance')[0]]).toEqual([window, state]);
    }
  });

  test('takes the prober’s word for as long as it is fresh, and only where it asked all addresses', () => {
    coverage!.outside.probes = [{ ...MARKED, state: 'red', detail: 'answers 200 without the gate’s marker' }];
    expect(item('prober-sees-the-marker')).toEqual([
      'red',
      expect.stringContaining('without the gate’s marker'),
    ]);
    expect(item('direct-path-refused')[0]).toBe('unknown');
    coverage!.outside.probes = [
      MARKED,
      { ...REFUSING, state: 'unknown', detail: 'cannot be asked: ENOTFOUND' },
    ];
    expect(item('direct-path-refused')[0]).toBe('unknown');
    config = CONFIG.replace('eventid=4711"]', 'eventid=4711", "https://r.example.com/ereg/b?eventid=4711"]');
    expect(item('prober-sees-the-marker')).toEqual([
      'unknown',
      '1 addresses have not been asked from outside yet',
    ]);
    config = CONFIG;
    clock.forward(60_000);
    expect(item('prober-sees-the-marker')[0]).toBe('unknown');
  });

  test.each<[string, () => void, 'red' | 'unknown']>([
    ['another revision', () => gateways.push(heard('three', { revision: 6 })), 'red'],
    ['an older document', () => gateways.push(heard('three', { serial: 69 })), 'red'],
    [
      'a refused revision',
      () => gateways.push(heard('three', { refused: { serial: 70, revision: 7, reason: 'no' } })),
      'red',
    ],
    ['a lost store', () => gateways.push(heard('three', { store: 'lost' })), 'red'],
    ['a gateway that is not ready', () => gateways.push(heard('three', { ready: false })), 'red'],
    ['a silent gateway', () => silent.push(heard('three')), 'red'],
    ['drift', () => drift!.push({ summary: 'file differs', severity: 'warning' }), 'red'],
    [
      'a revision under way',
      () => {
        staged = { number: 8, config: '', gateways: ['one'] };
      },
      'unknown',
    ],
    [
      'a document of this very moment',
      () => {
        publishedAt = NOW;
        gateways.push(heard('three', { serial: 69 }));
      },
      'unknown',
    ],
  ])('%s is no agreement', (_name, change, state) => {
    expect(item('gateways-agree')[0]).toBe('green');
    change();
    expect(item('gateways-agree')[0]).toBe(state);
  });

  test.each<[string, () => void]>([
    ['a gateway that lacks one', () => gateways.push(heard('three', { keys: { ...KEYS, lacking: ['t2'] } }))],
    [
      'gateways that sign with others',
      () => gateways.push(heard('three', { keys: { ...KEYS, current: ['t2'] } })),
    ],
    [
      'tickets that end before the opening',
      () => {
        config = `${CONFIG.replace('prequeueMinutes: 30', 'prequeueMinutes: 120')}keys: { ticketHours: 1 }\n`;
      },
    ],
  ])('%s make keys red', (_name, change) => {
    expect(item('keys-outlast-the-launch')[0]).toBe('green');
    change();
    expect(item('keys-outlast-the-launch')[0]).toBe('red');
  });

  test('of a draw needs its secret at every gateway, and its commitment told', () => {
    gateways.push(heard('three', { keys: { ...KEYS, lacking: ['draw.secret'] } }));
    expect(item('draw-committed')).toEqual(['red', 'three: draw.secret is missing']);
    gateways.pop();
    seen!.view.draw = null;
    expect(item('draw-committed')[0]).toBe('unknown');
    config = CONFIG.replace('draw: true', 'draw: false');
    expect(item('draw-committed')[0]).toBeUndefined();
  });

  test('of the observer follows what it sees', () => {
    coverage!.platform.state = 'red';
    expect(item('observer-heard')[0]).toBe('red');
    coverage!.platform.state = 'unknown';
    expect(item('observer-heard')[0]).toBe('unknown');
  });
});

test('launches are listed by their openings, each with its state; organisers see theirs', async () => {
  const ask = async (path: string, token: string) => {
    const answer = await stage.ask('GET', `/v1/launches${path}`, { token });
    return { status: answer.status, body: (await answer.json()) as { items: { name: string }[] } };
  };
  expect((await ask('', stage.tokenOf('viewer'))).body.items).toMatchObject([
    { name: 'early', room: 'site', opensAt: '2026-12-01T20:00:00.000Z', state: 'red' },
    { name: 'summit', room: 'event-4711', draw: true, prequeueMinutes: 30, state: 'unknown' },
  ]);
  const organiser = stage.tokenOf('organiser', ['event-4711']);
  expect((await ask('', organiser)).body.items.map(({ name }) => name)).toEqual(['summit']);
  expect((await ask('/summit/readiness', organiser)).status).toBe(200);
  expect((await ask('/early/readiness', organiser)).status).toBe(403);
  expect((await ask('/never/readiness', stage.tokenOf('viewer'))).status).toBe(404);
});
