/** What the gate does by itself is written down in a sentence with what it was decided by, once, and the last hundred are kept. */
import { describe, expect, it } from 'vitest';
import { createBuilds } from '../../gateway/audit/builds.ts';
import { createDecisions } from '../../gateway/audit/decisions.ts';
import { whyOf } from '../../gateway/audit/why.ts';
import type { RoomView } from '../../gateway/line/words.ts';
import { settingsOf } from './audit-stage.ts';

function view(words: Partial<RoomView> = {}): RoomView {
  return {
    ...{ room: 'event-4711', epoch: 1, seq: 1, fence: 0, revision: 1, at: 0, state: 'open' },
    ...{ operatorState: 'open', stateRev: 0, stateUntil: null, lawState: 'open', lanes: {} },
    ...{ issued: 0, serving: 0, waiting: 0, returners: 0, sessions: 12 },
    limits: { sessions: 50, admissionsPerMinute: null, seats: null, submitReserve: 0 },
    ...{ seatsLeft: null, seatsRev: 0, callsPerMinute: { one: null, five: null }, cost: 1, outstanding: 0 },
    rate: { factor: 1, perMinute: null },
    ...{ admissions: 0, opensAt: null, draw: null, endedSessions: [], holdUntil: 0, losses: 0 },
    ...{ share: { slots: null, perMinute: null }, silent: [] },
    ...words,
  } as RoomView;
}

const full = (words: Partial<RoomView> = {}) =>
  view({ state: 'engaged', waiting: 9, sessions: 50, ...words });

function journal() {
  const clock = {
    nowMs: 0,
    monotonicMs: () => clock.nowMs,
    wallMs: () => Date.UTC(2026, 0, 1) + clock.nowMs,
  };
  const said: string[] = [];
  const decisions = createDecisions(clock, { say: (_level, _facts, message) => void said.push(message) });
  return { clock, decisions, said };
}

describe('engage and disengage', () => {
  it('are told once each, with signal, value and limit; a short gap ends no line', () => {
    const { clock, decisions, said } = journal();
    const seeAt = (seconds: number, seen: RoomView) => {
      clock.nowMs = seconds * 1_000;
      decisions.see(seen, 'act');
    };
    seeAt(0, view());
    seeAt(1, full());
    seeAt(2, full({ waiting: 30 }));
    seeAt(3, view());
    seeAt(6, full());
    seeAt(10, view());
    seeAt(14.5, view());
    expect(decisions.list()).toHaveLength(1);
    seeAt(15, view());
    seeAt(30, view());
    expect(decisions.list()).toEqual([
      {
        ...{ seq: 1, at: '2026-01-01T00:00:01.000Z', kind: 'engage', room: 'event-4711', mode: 'act' },
        ...{ signal: 'sessions', value: 50, limit: 50 },
        sentence: 'room event-4711 engaged: 50 of 50 sessions are taken',
      },
      {
        ...{ seq: 2, at: '2026-01-01T00:00:15.000Z', kind: 'disengage', room: 'event-4711', mode: 'act' },
        ...{ signal: null, value: 0, limit: null },
        sentence: 'room event-4711 disengaged: nobody waits any more, after 14 s and at most 30 at once',
      },
    ]);
    expect(said).toEqual(decisions.list().map(({ sentence }) => sentence));
  });

  it('of a room that is only observed says what would be done', () => {
    const { decisions } = journal();
    decisions.see(full(), 'observe');
    expect(decisions.list()[0]).toMatchObject({
      mode: 'observe',
      sentence: expect.stringContaining('would engage'),
    });
  });

  it.each([
    ['sessions', full(), '50 of 50 sessions are taken'],
    [
      'sessions',
      full({
        sessions: 48,
        limits: { sessions: 50, admissionsPerMinute: null, seats: null, submitReserve: 2 },
      }),
      '48 of 50 sessions are taken, 2 of them kept for forms',
    ],
    [
      'sessions',
      full({ sessions: 40, outstanding: 12 }),
      '40 of 50 sessions are taken, and 12 visitors called for the others',
    ],
    [
      'admissionsPerMinute',
      full({
        sessions: 5,
        limits: { sessions: 50, admissionsPerMinute: 300, seats: null, submitReserve: 0 },
        callsPerMinute: { one: 299.6, five: 100 },
      }),
      'the limit of 300 admissions a minute is reached',
    ],
    ['seats', full({ sessions: 3, seatsLeft: 1 }), 'the last 1 seat may be taken by the 3 inside'],
    ['operator', full({ state: 'paused', operatorState: 'paused' }), 'paused by an operator'],
    [
      'operator',
      full({ state: 'offline', operatorState: 'offline', lawState: 'offline' }),
      'taken offline by the configuration',
    ],
    [
      'operator',
      full({ state: 'paused', operatorState: 'paused', stateUntil: Date.UTC(2026, 0, 2) }),
      'paused by an operator until 2026-01-02T00:00:00.000Z',
    ],
    [
      'launch',
      full({ state: 'prequeue', opensAt: Date.UTC(2026, 0, 2) }),
      'it opens at 2026-01-02T00:00:00.000Z',
    ],
    ['store', full({ state: 'held' }), 'its store is lost'],
    [null, full({ sessions: 5 }), 'those who came before are called first'],
  ])('tell the signal: %s', (signal, seen, text) => {
    const { decisions } = journal();
    decisions.see(seen, 'act');
    expect(decisions.list()[0]).toMatchObject({ signal, sentence: `room event-4711 engaged: ${text}` });
  });
});

describe('the journal', () => {
  it('tells of a lost store and of targets, once for each change', () => {
    const { clock, decisions } = journal();
    for (const health of ['ok', 'lost', 'lost'] as const) decisions.store(health);
    clock.nowMs = 7_000;
    for (const health of ['ok', 'ok'] as const) decisions.store(health);
    const target = { upstream: 'platform', target: 'http://10.0.0.1' };
    decisions.target({ ...target, status: 'ejected', reason: 'errors' });
    decisions.target({ ...target, status: 'up', reason: null });
    expect(decisions.list().map(({ kind }) => kind)).toEqual([
      'store-lost',
      'store-found',
      'eject',
      'readmit',
    ]);
    expect(decisions.list()[1]?.sentence).toContain('after 7 s');
    expect(decisions.list()[2]?.sentence).toContain('is ejected: errors');
  });

  it('keeps the last hundred, and their numbers go on', () => {
    const { decisions } = journal();
    const decided = {
      kind: 'revision',
      room: null,
      signal: null,
      value: null,
      limit: null,
      mode: 'act',
    } as const;
    for (let i = 1; i <= 150; i++) decisions.add({ ...decided, sentence: `revision ${i}` });
    expect(decisions.list()).toHaveLength(100);
    expect(decisions.list()[0]).toMatchObject({ seq: 51, sentence: 'revision 51' });
  });
});

describe('why a room does what it does', () => {
  it.each([
    [view(), 'Open: 12 of 50 sessions are taken; nobody waits.'],
    [full(), '9 visitors wait: 50 of 50 sessions are taken.'],
    [
      full({ state: 'offline', operatorState: 'offline' }),
      'Taken offline by an operator; nobody is called, 9 places kept.',
    ],
    [view({ state: 'soldout', seatsLeft: 0 }), 'Sold out: no seat is left.'],
    // By an override: no limit is to blame, and the room itself is open.
    [full({ state: 'paused' }), 'Paused on this host alone; nobody is called, 9 places kept.'],
    [full({ state: 'held' }), 'Held: its store is lost, nobody is called, 9 places kept.'],
  ])('is a sentence', (seen, sentence) => expect(whyOf(seen, { mode: 'act' })).toBe(sentence));

  it('says so where nobody is kept waiting', () =>
    expect(whyOf(full(), { mode: 'observe' })).toBe(
      'Observed only, nobody is kept waiting: 9 visitors wait: 50 of 50 sessions are taken.',
    ));
});

describe('builds', () => {
  it('are bounded, however many servers and however long their words', () => {
    const builds = createBuilds({ wallMs: () => 0 });
    for (let i = 0; i < 1_000; i++) builds.saw('platform', `http://10.0.0.${i}`, 'x'.repeat(1_000));
    expect(builds.list()).toHaveLength(256);
    expect(builds.list()[0]?.build).toHaveLength(128);
  });

  it('of servers that are configured no more are forgotten', () => {
    const builds = createBuilds({ wallMs: () => 0 });
    builds.saw('platform', 'http://127.0.0.1:9000', '1');
    builds.saw('platform', 'http://127.0.0.1:9001', '1');
    builds.saw('gone', 'http://127.0.0.1:9000', '1');
    builds.follow(settingsOf());
    expect(builds.list().map(({ upstream, target }) => [upstream, target])).toEqual([
      ['platform', 'http://127.0.0.1:9000'],
    ]);
  });
});
