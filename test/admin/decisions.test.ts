/** Automatic decisions: each is kept, told and in the audit log once, whoever reports it and however often. */
import { describe, expect, test } from 'vitest';
import type { AdminEvent } from '../../admin/control/words.ts';
import { createDecisions } from '../../admin/decisions/decisions.ts';
import { decisionRoutes } from '../../admin/decisions/routes.ts';
import { MOST_DECISIONS } from '../../admin/decisions/table.ts';
import type { KeptDecision } from '../../admin/decisions/words.ts';
import type { Actor, Ask } from '../../admin/words.ts';
import type { Decision } from '../../gateway/control/words.ts';
import { adminHere, fleetHere } from '../support/admin-here.ts';
import { decisionOf, reportOf } from '../support/gateway-reports.ts';

const START = Date.parse('2026-12-01T15:00:00Z');

async function collector(folder?: string) {
  const here = await adminHere(folder === undefined ? {} : { folder });
  const fleet = fleetHere();
  const told: AdminEvent[] = [];
  here.hub.on((event) => told.push(event));
  const decisions = createDecisions({ ...here, fleet });
  const say = (
    gateway: string,
    list: Decision[],
    wallMs = START,
    clockAheadMs = 0,
    startedAt = '2026-12-01T00:00:00.000Z',
  ) => fleet.report(reportOf(gateway, wallMs, { decisions: list, startedAt }), wallMs, clockAheadMs);
  const kept = () => decisions.list({}, 500).items;
  const audited = () => here.auditLog.list({ limit: 500 }).items;
  return { ...here, fleet, told, decisions, say, kept, audited };
}

const engage = (seq: number, atMs = START, more: Partial<Decision> = {}) =>
  decisionOf(seq, 'engage', atMs, more);

describe('a decision', () => {
  test('that a gateway reports for minutes is kept, told and audited once', async () => {
    const { say, fleet, told, kept, audited } = await collector();
    for (let round = 0; round < 5; round++) {
      say('a', [engage(1)], START + round * 1_000);
      fleet.round();
    }
    expect(kept()).toMatchObject([{ kind: 'engage', room: 'event-4711', gateways: ['a'], limit: 500 }]);
    expect(told).toMatchObject([
      { kind: 'engage', room: 'event-4711', summary: 'engage: 500 of 500 sessions' },
    ]);
    expect(audited()).toMatchObject([
      {
        actor: 'headgate',
        action: 'decision.engage',
        subject: 'event-4711',
        after: { value: 500, gateways: ['a'] },
      },
    ]);
  });

  test('that three gateways report within seconds is one, and names them', async () => {
    const { say, fleet, told, kept } = await collector();
    say('a', [engage(1)]);
    say('b', [engage(7, START + 400)]);
    fleet.round();
    say('c', [engage(3, START + 2_000)], START + 2_000);
    fleet.round();
    expect(kept()).toHaveLength(1);
    expect(kept()[0]?.gateways).toEqual(['a', 'b', 'c']);
    expect(told).toHaveLength(1);
  });

  test('of a gateway whose clock is an hour ahead is the same one', async () => {
    const { say, fleet, kept } = await collector();
    const hour = 3_600_000;
    say('a', [engage(1)]);
    say('b', [engage(1, START + hour + 300)], START + hour, hour);
    fleet.round();
    expect(kept()).toHaveLength(1);
  });

  test('that a room takes again and again is each time another', async () => {
    const { say, fleet, kept } = await collector();
    const flapping = (offset: number) => [
      engage(1, START + offset),
      decisionOf(2, 'disengage', START + 1_500 + offset),
      engage(3, START + 3_000 + offset),
    ];
    say('a', flapping(0), START + 4_000);
    say('b', flapping(100), START + 4_000);
    fleet.round();
    expect(kept().map(({ kind, gateways }) => [kind, gateways.length])).toEqual([
      ['engage', 2],
      ['disengage', 2],
      ['engage', 2],
    ]);
  });

  test('of another room, or minutes later, is another', async () => {
    const { say, fleet, kept } = await collector();
    say('a', [engage(1), engage(2, START, { room: 'event-4712' })]);
    say('b', [engage(1, START + 60_000)], START + 60_000);
    fleet.round();
    expect(kept()).toHaveLength(3);
  });

  test('is taken from a gateway that was started again, which begins to count anew', async () => {
    const { say, fleet, kept } = await collector();
    say('a', [engage(1)]);
    fleet.round();
    say('a', [engage(1, START + 60_000)], START + 60_000, 0, '2026-12-01T15:00:30.000Z');
    fleet.round();
    expect(kept()).toHaveLength(2);
  });

  test('survives a restart of the admin process, and is not told again', async () => {
    const first = await collector();
    first.say('a', [engage(1)]);
    first.fleet.round();
    first.close();
    const second = await collector(first.dataPath);
    second.say('a', [engage(1), decisionOf(2, 'disengage', START + 5_000)], START + 6_000);
    second.fleet.round();
    expect(second.kept().map(({ kind }) => kind)).toEqual(['disengage', 'engage']);
    expect(second.told.map(({ kind }) => kind)).toEqual(['disengage']);
  });

  test('of an hour ago, when the admin was away, is kept and rings for nobody', async () => {
    const { say, fleet, told, kept } = await collector();
    say('a', [engage(1, START - 3_600_000)]);
    fleet.round();
    expect(kept()).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test('that was only observed is told, and is no deed for the audit log', async () => {
    const { say, fleet, told, audited } = await collector();
    say('a', [engage(1, START, { mode: 'observe' })]);
    fleet.round();
    expect(told).toHaveLength(1);
    expect(audited()).toEqual([]);
  });

  test('is told while the disk takes nothing, and written when it does again', async () => {
    const { say, fleet, told, kept, data, logged } = await collector();
    data.db.exec('ALTER TABLE decisions RENAME TO away');
    say('a', [engage(1)]);
    fleet.round();
    expect(told).toHaveLength(1);
    expect(logged.some(({ message }) => message.includes('not on the disk'))).toBe(true);
    data.db.exec('ALTER TABLE away RENAME TO decisions');
    fleet.round();
    expect(kept()).toHaveLength(1);
    expect(told).toHaveLength(1);
  });
});

test('so many are kept, and no more', async () => {
  const { say, fleet, kept, data } = await collector();
  data.db.exec(
    `INSERT INTO decisions (id, at, kind, mode, sentence, gateways)
    SELECT value, '2026-01-01T00:00:00.000Z', 'engage', 'act', '', '[]' FROM generate_series_here`.replace(
      'generate_series_here',
      `(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${MOST_DECISIONS}) SELECT value FROM n)`,
    ),
  );
  say('a', [engage(1)]);
  fleet.round();
  const count = data.db.prepare('SELECT count(*) AS n, min(id) AS first FROM decisions').get();
  expect({ ...count }).toEqual({ n: MOST_DECISIONS, first: 2 });
  expect(kept()[0]?.gateways).toEqual(['a']);
});

describe('GET /v1/decisions', async () => {
  const { say, fleet, decisions } = await collector();
  const list = Array.from({ length: 25 }, (_, index) =>
    decisionOf(index + 1, index % 2 ? 'disengage' : 'engage', START + index * 60_000, {
      room: `event-${index % 5}`,
    }),
  );
  say('a', list, START + 3_600_000);
  fleet.round();
  const [only] = decisionRoutes({ decisions });
  const viewer: Actor = { name: 'token:v', role: 'viewer', rooms: null };
  const get = async (query: Record<string, unknown>, actor = viewer) => {
    const ask = { query: { limit: 100, ...query }, actor, ifMatch: null, params: undefined, body: undefined };
    return (await only!.handle(ask as unknown as Ask)).body as { items: KeptDecision[]; next: string | null };
  };

  test('tells the newest first, a page at a time, each once', async () => {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await get({ limit: 10, ...(cursor && { cursor }) });
      seen.push(...items.map(({ id }) => id));
      cursor = next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
  });

  test('filters by room, kind and time', async () => {
    expect((await get({ room: 'event-3' })).items).toHaveLength(5);
    expect((await get({ kind: 'engage' })).items).toHaveLength(13);
    const from = new Date(START + 600_000).toISOString();
    const to = '2026-12-01T16:15:00+01:00';
    expect((await get({ from, to })).items.map(({ at }) => at)).toEqual(
      [15, 14, 13, 12, 11, 10].map((minute) => new Date(START + minute * 60_000).toISOString()),
    );
  });

  test('shows an organiser decisions of the own rooms alone', async () => {
    const organiser: Actor = { name: 'token:o', role: 'organiser', rooms: ['event-1'] };
    const { items } = await get({}, organiser);
    expect(new Set(items.map(({ room }) => room))).toEqual(new Set(['event-1']));
    expect((await get({ room: 'event-2' }, organiser)).items).toEqual([]);
  });
});
