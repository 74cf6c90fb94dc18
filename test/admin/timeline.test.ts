/** The timeline: what happened, in order, with figures of each minute, for the report afterwards and for the next shift. */
import { describe, expect, test } from 'vitest';
import { createDecisions } from '../../admin/decisions/decisions.ts';
import { handoverCommand, timelineCommand } from '../../admin/timeline/command.ts';
import { timelineMarkdown } from '../../admin/timeline/markdown.ts';
import { readTimeline } from '../../admin/timeline/read.ts';
import { createRecorder } from '../../admin/timeline/recorder.ts';
import { timelineRoutes } from '../../admin/timeline/routes.ts';
import { parseTimeText, readSpan } from '../../admin/timeline/times.ts';
import type { LaunchState, OpenThing, Timeline } from '../../admin/timeline/words.ts';
import type { Actor, Ask } from '../../admin/words.ts';
import type { AddressCount } from '../../gateway/control/words.ts';
import { adminHere, fleetHere, handClock } from '../support/admin-here.ts';
import { headgate } from '../support/command-line.ts';
import { decisionOf, reportOf, roomOf } from '../support/gateway-reports.ts';

const START = Date.parse('2026-12-01T15:00:00Z');
const MINUTE = 60_000;
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

const FINDING: OpenThing = {
  ...{ severity: 'critical', room: 'event-4711', since: at(1) },
  summary: 'm.example.com/event/{id} is not in the line',
};

const address = (failed: number, forwarded: number): AddressCount => ({
  ...{ host: 'register.example.com', pathShape: '/ereg', room: 'event-4711', outcome: 'admitted' },
  ...{ rule: 'event', class: 'registration', names: null, requests: forwarded, forwarded, failed },
  ...{ notFound: 0, totalMs: 0, examples: [] },
});

const TRAFFIC = { windowSeconds: 60, requests: 600, forwarded: 500, others: 0, byAddress: [address(5, 250)] };

/** An incident of five minutes: a line begins, a finding comes up, an operator pauses, says so, and mends it. */
async function incident(startMs = START) {
  const clock = handClock(startMs);
  const here = await adminHere({ clock });
  const fleet = fleetHere();
  let findings: OpenThing[] = [];
  let launches: LaunchState[] = [];
  createDecisions({ ...here, fleet });
  createRecorder({
    ...{ ...here, fleet },
    now: {
      findings: () => findings,
      drift: () => [],
      unqueuedShare: () => (findings.length > 0 ? 0.6 : 0),
      launches: async () => launches,
    },
  });
  const act = (action: string, subject: string, reason: string, before: unknown, after: unknown) =>
    here.auditLog.append({ actor: 'token:anna', action, subject, reason, before, after });

  const minute = (number: number) => {
    clock.forward(MINUTE);
    const rooms = [
      roomOf('event-4711', clock.wallMs(), {
        ...{ state: 'engaged', waiting: 100 * number, sessions: 500, admissions: 1_000 + 300 * number },
        callsPerMinute: { one: 295, five: 300 },
      }),
      roomOf('event-9', clock.wallMs(), { sessions: 3 }),
    ];
    const decisions = number >= 1 ? [decisionOf(1, 'engage', startMs + 30_000)] : [];
    for (const gateway of ['a', 'b'])
      fleet.report(
        reportOf(gateway, clock.wallMs(), {
          ...{ rooms, decisions, traffic: TRAFFIC },
          overrides: [
            {
              ...{ room: 'event-9', action: 'limit', limit: 40, reason: 'half the servers are gone' },
              ...{ since: at(0), until: at(60) },
            },
          ],
        }),
      );
    fleet.round();
  };

  minute(1);
  findings = [FINDING];
  here.hub.emit({ ...FINDING, kind: 'finding', data: {} });
  minute(2);
  act('room.pause', 'event-4711', 'the database is slow', { state: 'open' }, { state: 'paused' });
  act('message.post', 'event-4711', 'news', null, { text: 'We are on it', severity: 'warning' });
  minute(3);
  act('revision.activate', '8', 'the mobile site | too', { number: 7 }, { number: 8 });
  findings = [];
  minute(4);
  launches = [
    {
      ...{
        name: 'autumn summit',
        room: 'event-4711',
        opensAt: new Date(startMs + 6 * 60 * MINUTE).toISOString(),
      },
      state: 'unknown',
      open: [{ name: 'prober', state: 'unknown', detail: 'no prober has looked' }],
    },
  ];
  minute(5);
  await Promise.resolve();
  minute(6);
  return { ...here, clock, fleet };
}

const read = ({ data }: { data: { db: Parameters<typeof readTimeline>[0] } }, more = {}): Timeline =>
  readTimeline(data.db, { fromMs: START, toMs: START + 60 * MINUTE, room: null, rooms: null, ...more });

describe('a timeline', async () => {
  const told = await incident();

  test('has decisions, findings, changes and messages in the order in which they happened', () => {
    const entries = read(told).entries.map(({ kind, action, at: when, by }) => [kind, action, when, by]);
    expect(entries).toEqual([
      ['decision', 'decision.engage', new Date(START + 30_000).toISOString(), 'headgate'],
      ['finding', 'finding', at(1), null],
      ['change', 'room.pause', at(2), 'token:anna'],
      ['message', 'message.post', at(2), 'token:anna'],
      ['change', 'revision.activate', at(3), 'token:anna'],
    ]);
  });

  test('says of a change what it changed, and why', () => {
    const [, , pause, message] = read(told).entries;
    expect(pause).toMatchObject({
      ...{ summary: 'event-4711: pause (state open → paused)', reason: 'the database is slow' },
      room: 'event-4711',
    });
    expect(message).toMatchObject({ summary: 'We are on it', room: 'event-4711', severity: 'warning' });
  });

  test('has the figures of each minute, of all gateways together, and rooms once', () => {
    const { minutes } = read(told);
    expect(minutes.map(({ at: when }) => when)).toEqual([1, 2, 3, 4, 5, 6].map(at));
    expect(minutes[1]).toEqual({
      ...{ at: at(2), requests: 1_200, forwarded: 1_000, failedShare: 0.01, unqueuedShare: 0.6 },
      ...{ findingsOpen: 1, driftOpen: 0, gateways: 2 },
      rooms: [
        { room: 'event-4711', waiting: 200, sessions: 500, callsPerMinute: 295, admissions: 300 },
        { room: 'event-9', waiting: 0, sessions: 3, callsPerMinute: null, admissions: 0 },
      ],
    });
    expect(minutes[0]?.rooms[0]?.admissions).toBeNull();
  });

  test('of one room leaves other rooms out, and keeps what concerned everybody', () => {
    const { entries, minutes } = read(told, { room: 'event-9' });
    expect(entries.map(({ action }) => action)).toEqual(['revision.activate']);
    expect(new Set(minutes.flatMap(({ rooms }) => rooms.map(({ room }) => room)))).toEqual(
      new Set(['event-9']),
    );
  });

  test('of a span has nothing of before and after', () => {
    const { entries, minutes } = read(told, { fromMs: START + 2 * MINUTE, toMs: START + 2 * MINUTE });
    expect(entries.map(({ action }) => action)).toEqual(['room.pause', 'message.post']);
    expect(minutes.map(({ at: when }) => when)).toEqual([at(2)]);
  });

  test('as Markdown has every entry and every minute, and nobody’s text breaks it', () => {
    const text = timelineMarkdown(read(told));
    expect(text).toContain('# Timeline\n');
    expect(text).toContain(
      '**2026-12-01 15:02:00** change: event-4711: pause (state open → paused) – token:anna: “the database is slow”',
    );
    expect(text).toContain('the mobile site \\| too');
    expect(text).toContain('| 2026-12-01 15:02:00 | 1200 | 1000 | 1.0 % | 60.0 % | 1 | 0 | 2 |');
    expect(text).toContain('### event-4711');
    const columns = text
      .split('\n')
      .filter((line) => line.startsWith('| 2026'))
      .map((line) => line.split(' | ').length);
    expect(new Set(columns)).toEqual(new Set([8, 5]));
  });

  describe('over the API', () => {
    const [only] = timelineRoutes({ data: told.data, clock: told.clock });
    const viewer: Actor = { name: 'token:v', role: 'viewer', rooms: null };
    const organiser: Actor = { name: 'token:o', role: 'organiser', rooms: ['event-9'] };
    const get = (query: Record<string, string>, actor = viewer) =>
      only!.handle({ query: { from: '2h', to: 'now', format: 'json', ...query }, actor } as unknown as Ask);

    test('is JSON, or Markdown', async () => {
      const json = (await get({})).body as Timeline;
      expect(json.entries).toHaveLength(5);
      const markdown = await get({ format: 'markdown' });
      expect(markdown.headers).toEqual({ 'content-type': 'text/markdown; charset=utf-8' });
      expect(markdown.body).toContain('# Timeline');
    });

    test('shows an organiser the own rooms, and nothing of the platform or of others', async () => {
      const json = (await get({}, organiser)).body as Timeline;
      expect(json.entries).toEqual([]);
      expect(JSON.stringify(json)).not.toContain('event-4711');
      expect(json.minutes.every(({ requests, findingsOpen }) => requests === 0 && findingsOpen === 0)).toBe(
        true,
      );
      expect(json.minutes.flatMap(({ rooms }) => rooms)).toHaveLength(6);
    });

    test.each([
      ['yesterday', 'now'],
      ['now', '1h'],
      ['15d', 'now'],
      ['2026-12-01T15:00', 'now'],
    ])('refuses from %s to %s in plain words', async (from, to) => {
      await expect(get({ from, to })).rejects.toMatchObject({ code: 'HG_INVALID' });
    });
  });

  test('has the minute that runs, as it is by now', async () => {
    const here = await incident();
    here.clock.forward(10_000);
    here.fleet.report(reportOf('a', here.clock.wallMs(), { traffic: { ...TRAFFIC, requests: 9_000 } }));
    here.fleet.round();
    const { minutes } = read(here);
    expect(minutes.map(({ at: when }) => when)).toEqual([1, 2, 3, 4, 5, 6].map(at));
    expect(minutes.at(-1)?.requests).toBe(9_600);
  });

  test('keeps what was counted before a revision, or a restart, began the windows anew', async () => {
    const here = await incident();
    const tell = (revision: number, traffic: object, seconds = 5) => {
      here.clock.forward(seconds * 1_000);
      const totals = { revision, seconds: 0, forwarded: 0, failed: 0, unqueued: 0, latency: [] };
      for (const gateway of ['a', 'b'])
        here.fleet.report(
          reportOf(gateway, here.clock.wallMs(), { totals, traffic: { ...TRAFFIC, ...traffic } }),
        );
      here.fleet.round();
    };
    const none = { requests: 0, forwarded: 0, byAddress: [] };
    const lost = { ...address(0, 100), rule: null, names: { room: 'event-4711', by: 'key' } as const };
    tell(1, none, 60);
    // Thirty seconds into the minute, of which all hundred went past their line, the rules change.
    tell(1, { windowSeconds: 30, requests: 120, forwarded: 100, byAddress: [lost] }, 29);
    tell(2, { ...none, windowSeconds: 1 }, 1);
    tell(2, { windowSeconds: 25, requests: 100, forwarded: 100, byAddress: [address(100, 100)] }, 25);
    expect(read(here).minutes.at(-1)).toMatchObject({
      ...{ at: at(7), requests: 440, forwarded: 400, failedShare: 0.5, unqueuedShare: 0.5 },
    });
    // The next minute has its own alone.
    tell(2, { windowSeconds: 35, requests: 140, forwarded: 130, byAddress: [address(0, 130)] }, 10);
    expect(read(here).minutes.at(-1)).toMatchObject({ at: at(8), requests: 280, unqueuedShare: 0 });
  });

  test('is kept for two weeks', async () => {
    const old = await incident(START - 20 * 86_400_000);
    expect(read(old, { fromMs: 0 }).minutes).toHaveLength(6);
    old.clock.forward(20 * 86_400_000);
    old.fleet.round();
    const { minutes, entries } = read(old, { fromMs: 0, toMs: START + 1e9 });
    expect(minutes).toHaveLength(1);
    expect(entries.filter(({ kind }) => kind === 'finding')).toEqual([]);
  });

  test('has a gap where the disk took nothing, and goes on', async () => {
    const here = await incident();
    here.data.db.exec('ALTER TABLE timeline_minutes RENAME TO away');
    here.clock.forward(MINUTE);
    here.fleet.round();
    here.data.db.exec('ALTER TABLE away RENAME TO timeline_minutes');
    here.clock.forward(MINUTE);
    here.fleet.round();
    expect(read(here).minutes.map(({ at: when }) => when)).toEqual([1, 2, 3, 4, 5, 6, 8].map(at));
  });
});

describe('the command line', async () => {
  const told = await incident();
  const parts = { dataPath: told.dataPath, wallMs: told.clock.wallMs };

  test('reads the file itself, beside a running admin process or without one', () => {
    const markdown = timelineCommand({ from: '1h', to: 'now', format: 'markdown' }, parts);
    expect(markdown).toMatchObject({ exitCode: 0, stderr: [] });
    expect(markdown.stdout[0]).toContain('event-4711: pause');
    const json = timelineCommand({ from: '1h', to: 'now', format: 'json', room: 'event-4711' }, parts);
    expect(JSON.parse(json.stdout[0] ?? '')).toMatchObject({ room: 'event-4711', truncated: false });
  });

  test('hands over: what to watch, what is open, what changed and why, what comes', () => {
    const [note = ''] = handoverCommand({ hours: '8' }, parts).stdout;
    expect(note).toContain('# Hand-over, 2026-12-01 15:06:00 UTC');
    expect(note).toContain('600 wait in event-4711.');
    expect(note).toContain('autumn summit opens at 2026-12-01T21:00:00.000Z; its readiness is unknown.');
    expect(note).toContain('“the database is slow”');
    expect(note).toContain(
      'event-9: limit 40 until 2026-12-01 16:00:00 on a, b: “half the servers are gone”',
    );
    expect(note).toContain('prober is unknown (no prober has looked)');
    expect(note).toContain('message “We are on it”');
    expect(note).toContain('| a | yes | 1 | ok |');
  });

  test('hands over pins and staged revisions as they were published', () => {
    const document = {
      ...{
        serial: 9,
        at: at(4),
        active: { number: 8, config: 'secret: text' },
        messages: [],
        commands: [],
        fileHash: null,
      },
      staged: { number: 9, config: '', gateways: ['a'] },
      pins: [
        {
          ...{
            id: 'p1',
            path: 'rules.mobile.enabled',
            value: false,
            reason: 'it broke the app',
            by: 'token:anna',
          },
          at: at(2),
        },
      ],
    };
    told.data.define(
      'CREATE TABLE IF NOT EXISTS published (only INTEGER PRIMARY KEY, document TEXT NOT NULL)',
    );
    told.data.db.prepare('INSERT INTO published VALUES (1, ?)').run(JSON.stringify(document));
    told.data.define(
      'CREATE TABLE IF NOT EXISTS incidents (room TEXT, opened_at TEXT, updated_at TEXT, resolved_at TEXT)',
    );
    told.data.db
      .prepare('INSERT INTO incidents VALUES (NULL, ?, ?, NULL), (NULL, ?, ?, ?)')
      .run(at(1), at(3), at(0), at(0), at(0));
    const [note = ''] = handoverCommand({ hours: '8' }, parts).stdout;
    expect(note.match(/\*\*incident\*\* of the platform since 2026-12-01 15:01:00/g)).toHaveLength(1);
    expect(note).toContain(
      'rules.mobile.enabled = false, since 2026-12-01 15:02:00 by token:anna: “it broke the app”',
    );
    expect(note).toContain('Revision 9 runs on 1 gateway(s) only');
    const [json = ''] = handoverCommand({ hours: '8', json: true }, parts).stdout;
    expect(json).not.toContain('secret: text');
  });

  test('hands over an empty house in a sentence, and no table without rows', () => {
    const state = () => told.data.db.prepare('SELECT state FROM timeline_state').get()?.state as string;
    const before = state();
    const write = (text: string) => told.data.db.prepare('UPDATE timeline_state SET state = ?').run(text);
    write(JSON.stringify({ ...JSON.parse(before), rooms: [] }));
    const [note = ''] = handoverCommand({ hours: '8' }, parts).stdout;
    write(before);
    expect(note).toContain('All rooms are open, and nobody is in any of them.');
    expect(note).not.toContain('| room |');
  });

  test('says so where the admin process wrote nothing lately', () => {
    const later = { ...parts, wallMs: () => told.clock.wallMs() + 3_600_000 };
    expect(handoverCommand({ hours: '8' }, later).stdout[0]).toContain(
      'The admin process wrote nothing lately',
    );
  });

  test('ends with 1 where no data are, and with 2 on wrong usage', async () => {
    const nowhere = { ...parts, dataPath: '/nowhere' };
    expect(timelineCommand({ from: '1h', to: 'now', format: 'json' }, nowhere).exitCode).toBe(1);
    expect(handoverCommand({ hours: '8' }, nowhere).exitCode).toBe(1);
    expect(timelineCommand({ from: 'then', to: 'now', format: 'json' }, parts).exitCode).toBe(2);
    expect(timelineCommand({ from: '1h', to: 'now', format: 'pdf' }, parts).exitCode).toBe(2);
    expect(handoverCommand({ hours: 'all' }, parts).exitCode).toBe(2);
  });

  test('is one command in a shell', async () => {
    const note = await headgate(['handover', '--data', told.dataPath]);
    expect(note).toMatchObject({ code: 0, stderr: '' });
    expect(note.stdout).toContain('# Hand-over');
    const timeline = await headgate(['timeline', '--data', told.dataPath, '--format', 'json']);
    expect(JSON.parse(timeline.stdout)).toHaveProperty('entries');
  });
});

test('times are read as people type them', () => {
  expect(parseTimeText('now', START)).toBe(START);
  expect(parseTimeText('90m', START)).toBe(START - 90 * MINUTE);
  expect(parseTimeText('2h', START)).toBe(START - 120 * MINUTE);
  expect(parseTimeText('2026-12-01T16:00:00+01:00', 0)).toBe(START);
  expect(parseTimeText('2026-12-01', 0)).toBe(Date.parse('2026-12-01T00:00:00Z'));
  for (const wrong of ['', 'h', '-1h', '1w', '2026-13-01', '2026-12-01T15:00', '1 h', '9'.repeat(40)])
    expect(parseTimeText(wrong, START)).toBeNull();
  expect(readSpan('13d', 'now', START)).toMatchObject({ kind: 'span' });
});
