/** What the platform says of itself counts for as long as it said; what runs too long is cancelled everywhere in one call. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Fleet } from '../../admin/control/words.ts';
import { createRequests } from '../../admin/requests/requests.ts';
import { requestRoutes } from '../../admin/requests/routes.ts';
import { signalRoutes } from '../../admin/signals/routes.ts';
import { createSignals } from '../../admin/signals/signals.ts';
import type {
  CommandAnswer,
  CommandWords,
  InFlightRequest,
  PublishedSignal,
} from '../../gateway/control/words.ts';
import { report } from '../control/reports.ts';
import { handClock } from '../support/admin-here.ts';
import { type AdminStage, adminStage } from './support/admin-stage.ts';

let clock: ReturnType<typeof handClock>;
let stage: AdminStage;
let operator: string;
let answers: Record<string, CommandAnswer | null>;
let published: PublishedSignal[][];
let before: PublishedSignal[];
let round: () => void;
let commands: [CommandWords, unknown][];

const running = (id: string, ageMs: number, change: Partial<InFlightRequest> = {}): InFlightRequest => ({
  ...{
    id,
    room: 'site',
    class: 'registration',
    method: 'GET',
    host: 'h',
    pathShape: '/a',
    upstream: 'platform',
  },
  ...{ ageMs, since: '2026-12-01T15:00:00.000Z', ...change },
});

beforeEach(async () => {
  clock = handClock();
  commands = [];
  published = [];
  before = [];
  answers = { one: { kind: 'done', value: 2 }, two: { kind: 'done', value: { cancelled: 3 } } };
  const reports = [
    report('one', { inFlight: [running('a', 900), running('b', 100, { room: null })], inFlightCount: 70 }),
    report('two', {
      inFlight: [running('c', 500, { upstream: 'other', room: 'event-1' })],
      inFlightCount: 1,
    }),
  ];
  const fleet: Pick<Fleet, 'gateways' | 'command'> = {
    gateways: () => reports.map((each) => ({ report: each, heardMs: 0, clockAheadMs: 0 })),
    async command(words, to) {
      commands.push([words, to]);
      return new Map(Object.entries(answers));
    },
  };
  stage = await adminStage({
    clock,
    routes: ({ data, audit }) => [
      ...signalRoutes({
        signals: createSignals({
          ...{ upstreams: () => ['platform'], clock },
          publish: (signals) => void published.push([...signals]),
          earlier: () => before,
          onRound: (listener) => {
            round = listener;
          },
        }),
        auditLog: audit,
      }),
      ...requestRoutes({ requests: createRequests({ fleet, auditLog: audit, data }) }),
    ],
  });
  operator = stage.tokenOf('operator');
});

async function ask(method: string, path: string, body?: unknown, token = operator) {
  const answer = await stage.ask(method, `/v1/${path}`, { token, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('a signal', () => {
  const signal = { name: 'database.connections', upstream: 'platform', value: 18, limit: 20, ttlSeconds: 10 };

  test('counts until its time is over, and is stale from then on: never healthy by its silence', async () => {
    const posted = await ask('POST', 'signals', signal);
    expect(posted).toMatchObject({ status: 201, body: { ...signal, stale: false, by: 'token:operator 1' } });
    clock.forward(9_999);
    expect((await ask('GET', 'signals')).body.items).toMatchObject([{ value: 18, stale: false }]);
    clock.forward(1);
    expect((await ask('GET', 'signals')).body.items).toMatchObject([{ value: 18, stale: true }]);
    await ask('POST', 'signals', { ...signal, value: 3 });
    expect((await ask('GET', 'signals')).body.items).toMatchObject([{ value: 3, stale: false }]);
  });

  test('is told to the gateways with its age, once a second however many are posted', async () => {
    round();
    expect(published).toEqual([]);
    await ask('POST', 'signals', signal);
    clock.forward(300);
    round();
    const { reason: _, ...told } = { ...signal, reason: '' };
    expect(published).toMatchObject([[{ ...told, ageMs: 300 }]]);
    for (const value of [1, 2, 3]) {
      await ask('POST', 'signals', { ...signal, value });
      round();
    }
    expect(published.length).toBe(1);
    clock.forward(1_000);
    round();
    expect(published.slice(1)).toMatchObject([[{ value: 3, ageMs: 1_000 }]]);
    clock.forward(5_000);
    round();
    expect(published.length).toBe(2);
  });

  test('of an earlier life is told on after a restart, as old as it is: nobody said that all is well', async () => {
    const at = new Date(clock.wallMs() - 4_000).toISOString();
    before = [{ ...signal, name: 'queue', value: 20, at, ageMs: 0 }];
    await ask('POST', 'signals', signal);
    round();
    expect(published[0]).toMatchObject([{ name: 'queue', at, ageMs: 4_000 }, { name: signal.name }]);
    expect((await ask('GET', 'signals')).body.items).toMatchObject([{}, { name: 'queue', state: 'over' }]);
    clock.forward(6_000);
    expect((await ask('GET', 'signals')).body.items).toMatchObject([{}, { name: 'queue', state: 'unknown' }]);
    const path = '/v1/signals/platform/queue?reason=replaced';
    expect((await stage.ask('DELETE', path, { token: operator })).status).toBe(204);
    round();
    expect(published.at(-1)!.map(({ name }) => name)).toEqual([signal.name]);
  });

  test('is ok, over from nine tenths of its limit on, and unknown once it is stale', async () => {
    const stateOf = async () => ((await ask('GET', 'signals')).body.items as { state: string }[])[0]?.state;
    await ask('POST', 'signals', { ...signal, value: 17 });
    expect(await stateOf()).toBe('ok');
    await ask('POST', 'signals', { ...signal, value: 19 });
    expect(await stateOf()).toBe('over');
    clock.forward(10_000);
    expect(await stateOf()).toBe('unknown');
  });

  test('that nobody reports any more is taken away, with a reason, and the gateways are told', async () => {
    await ask('POST', 'signals', signal);
    const path = 'signals/platform/database.connections';
    expect((await ask('DELETE', path)).status).toBe(400);
    expect((await stage.ask('DELETE', `/v1/${path}?reason=gone`, { token: operator })).status).toBe(204);
    round();
    expect([(await ask('GET', 'signals')).body.items, published]).toEqual([[], [[]]]);
    expect(stage.audit.list({ limit: 1 }).items).toMatchObject([{ action: 'signal.remove', reason: 'gone' }]);
    expect((await ask('DELETE', `${path}?reason=again`)).status).toBe(404);
  });

  test('that cannot be true is refused', async () => {
    for (const [change, status] of [
      [{ value: -1 }, 400],
      [{ value: null }, 400],
      [{ value: '5' }, 400],
      [{ value: 1e9 }, 400],
      [{ limit: 1e9 }, 400],
      [{ limit: 0 }, 400],
      [{ ttlSeconds: 0 }, 400],
      [{ ttlSeconds: 100_000 }, 400],
      [{ name: 'a b' }, 400],
      [{ name: undefined }, 400],
      [{ more: 1 }, 400],
      [{ upstream: 'elsewhere' }, 404],
    ] as const)
      expect([change, (await ask('POST', 'signals', { ...signal, ...change })).status]).toEqual([
        change,
        status,
      ]);
    for (const number of ['1e999', 'NaN']) {
      const body = JSON.stringify(signal).replace('18', number);
      expect((await ask('POST', 'signals', body)).status).toBe(400);
    }
    expect((await ask('GET', 'signals')).body.items).toEqual([]);
  });

  test('is an operator’s, and seen by viewers', async () => {
    expect((await ask('POST', 'signals', signal, stage.tokenOf('viewer'))).status).toBe(403);
    expect((await ask('GET', 'signals', undefined, stage.tokenOf('viewer'))).status).toBe(200);
  });
});

describe('requests in flight', () => {
  const ids = async (query = '', token = operator) =>
    ((await ask('GET', `requests${query}`, undefined, token)).body.items as InFlightRequest[]).map(
      ({ id }) => id,
    );

  test('are those of all gateways, longest first, of one upstream or room where asked', async () => {
    expect(await ids()).toEqual(['a', 'c', 'b']);
    expect(await ids('?upstream=other')).toEqual(['c']);
    expect(await ids('?room=site')).toEqual(['a']);
    expect((await ask('GET', 'requests')).body.running).toBe(71);
    const organiser = stage.tokenOf('organiser', ['event-1']);
    expect(await ids('', organiser)).toEqual(['c']);
    expect((await ask('GET', 'requests', undefined, organiser)).body.running).toBeNull();
  });

  test('of an upstream that nobody has are not cancelled, and a mistyped name is told', async () => {
    const body = { olderThanSeconds: 1, upstream: 'platfrom', reason: 'it hangs' };
    const refused = await ask('POST', 'requests/cancel', body);
    expect(refused).toMatchObject({ status: 404, body: { code: 'HG_NOT_THERE' } });
    expect(commands).toEqual([]);
  });

  test('are cancelled by all gateways at once, and the log says how many by whom and why', async () => {
    const body = { olderThanSeconds: 30, upstream: 'platform', reason: 'long queries' };
    expect((await ask('POST', 'requests/cancel', body)).body).toEqual({
      cancelled: 5,
      gateways: [
        { gateway: 'one', cancelled: 2, why: null },
        { gateway: 'two', cancelled: 3, why: null },
      ],
    });
    expect(commands).toEqual([[{ kind: 'cancel', ...body }, 'all']]);
    expect(stage.audit.list({ limit: 2 }).items).toMatchObject([
      { action: 'requests.cancel.done', reason: 'long queries', after: { cancelled: 5 } },
      { action: 'requests.cancel', actor: 'token:operator 1', subject: 'platform' },
    ]);
  });

  test('of a gateway that says nothing are told apart, and where nobody answers it was not done', async () => {
    answers.two = null;
    expect((await ask('POST', 'requests/cancel', { olderThanSeconds: 1, reason: 'x' })).body).toMatchObject({
      cancelled: 2,
      gateways: [{ gateway: 'one' }, { gateway: 'two', cancelled: null, why: 'it did not answer in time' }],
    });
    answers.one = { kind: 'refused', reason: 'no' };
    expect((await ask('POST', 'requests/cancel', { olderThanSeconds: 1, reason: 'x' })).status).toBe(503);
  });

  test('need a reason and an age', async () => {
    for (const body of [{}, { olderThanSeconds: 1 }, { reason: 'x' }, { olderThanSeconds: -1, reason: 'x' }])
      expect((await ask('POST', 'requests/cancel', body)).status).toBe(400);
    expect(commands).toEqual([]);
  });
});
