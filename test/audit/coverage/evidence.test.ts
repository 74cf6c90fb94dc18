/** What only looks like an event outside of its line is told while it hurts, and what an operator wanted is not told at all. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../gateway/audit/coverage/analyse.ts';
import type { Situation } from '../../../gateway/audit/coverage/words.ts';
import type { AddressCount } from '../../../gateway/control/words.ts';
import { configOf, counted, foundIn, roomReport, situationOf, windowOf } from './stage.ts';

const config = configOf({
  rules: [
    '{ name: public api, match: { path: /api/* }, room: platform, class: api }',
    '{ name: help pages, match: { path: /ereg/help* }, room: platform }',
    '{ name: event registration, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }',
  ],
});
const HOST = 'www.example.com';
const rest = counted(HOST, '/events', { forwarded: 900, rule: 'pages' });
const named = (by: 'key' | 'value') => ({ names: { room: 'event-4711', by } }) as const;
const kindsOf = (address: AddressCount, more: Partial<Situation> = {}) =>
  foundIn(config, [rest, address], more).map(({ kind }) => kind);

describe('weak evidence', () => {
  const pages = counted(HOST, '/events/{id}', {
    forwarded: 200,
    examples: ['/events/4711'],
    ...named('value'),
  });

  it('a page about an event is no finding while its line is quiet', () => expect(kindsOf(pages)).toEqual([]));

  it('it is one while the line stands, the platform fails, or more come than the line would let in', () => {
    const engaged = { rooms: [roomReport('event-4711', { state: 'engaged', waiting: 40 })] };
    expect(kindsOf(pages, engaged)).toEqual(['event-outside-room']);
    expect(foundIn(config, [{ ...rest, failed: 300 }, pages])[0]?.kind).toBe('event-outside-room');
    expect(kindsOf({ ...pages, requests: 301, forwarded: 301 })).toEqual(['event-outside-room']);
  });

  it('an API that names the event is left alone under its own rule', () => {
    const api = {
      pathShape: '/api/attendees',
      rule: 'public api',
      class: 'api',
      examples: ['/api/attendees?eventid=4711'],
    };
    expect(kindsOf(counted(HOST, '/api/attendees', { forwarded: 200, ...api, ...named('key') }))).toEqual([]);
  });

  it('a narrow rule before a wide one is an exception that somebody wanted', () => {
    const help = { rule: 'help pages', examples: ['/ereg/help.php?eventid=4711'] };
    expect(kindsOf(counted(HOST, '/ereg/help.php', { forwarded: 200, ...help, ...named('key') }))).toEqual(
      [],
    );
  });

  it('links to the front page carry what they like', () =>
    expect(
      kindsOf(counted(HOST, '/', { forwarded: 200, examples: ['/?eventid=4711'], ...named('key') })),
    ).toEqual([]));
});

describe('what passes as an asset', () => {
  const forms =
    '{ name: event registration, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }';
  const engaged = { rooms: [roomReport('event-4711', { state: 'engaged', waiting: 40 })] };
  const passed = (glob: string, path: string, names: 'key' | 'value' = 'key') => {
    const bypass = `{ name: files, match: { path: "${glob}" }, action: bypass, class: asset }`;
    const seen = { outcome: 'bypassed', room: null, rule: 'files', class: 'asset', forwarded: 200 };
    const address = counted(HOST, path, { ...seen, examples: [`${path}?eventid=4711`], ...named(names) });
    return foundIn(configOf({ rules: [bypass, forms] }), [rest, address], engaged).map(({ kind }) => kind);
  };

  it('is a hole where the event’s own rule would take it', () => {
    expect(passed('/*.php', '/ereg/newreg.php')).toEqual(['event-outside-room']);
    expect(passed('/ereg*', '/ereg/newreg.php', 'value')).toEqual(['event-outside-room']);
  });

  it('is none in a folder for assets, whatever it names, also while the line stands', () => {
    expect(passed('/media/*', '/media/logo')).toEqual([]);
    expect(passed('/media/*', '/media/logo', 'value')).toEqual([]);
    expect(passed('/ereg/img/*', '/ereg/img/logo')).toEqual([]);
  });
});

describe('strong evidence', () => {
  const form = (more: Partial<AddressCount>) =>
    counted(HOST, '/form/{id}', { examples: ['/form/1?eventid=4711'], ...named('key'), ...more });

  it('counts from 2 % and 20 requests on, answers 4xx left out', () => {
    expect(kindsOf(form({ forwarded: 25 }))).toEqual(['event-outside-room']);
    expect(kindsOf(form({ forwarded: 17 }))).toEqual([]);
    expect(kindsOf(form({ forwarded: 60, notFound: 45 }))).toEqual([]);
    expect(
      foundIn(config, [counted(HOST, '/events', { forwarded: 9_000 }), form({ forwarded: 100 })]),
    ).toEqual([]);
  });

  it('is not counted where it never reached the platform', () =>
    expect(kindsOf(form({ requests: 500, forwarded: 0, outcome: 'waiting' }))).toEqual([]));
});

describe('a surge that names no event', () => {
  const partner = counted('partner.example.com', '/import/{id}', {
    forwarded: 300,
    room: null,
    outcome: 'bypassed',
    rule: 'partner',
    class: 'api',
  });

  it('a bypass is no finding while the platform is well', () => expect(kindsOf(partner)).toEqual([]));

  it('is one while the platform fails', () =>
    expect(kindsOf({ ...partner, failed: 200 })).toEqual(['unqueued-surge']));

  it('is one while a line stands and the load climbs all the same', () => {
    const rooms = [roomReport('event-4711', { state: 'engaged', waiting: 40 })];
    expect(kindsOf(partner, { rooms, calm: { forwardedPerMinute: 900, unqueuedPerMinute: 20 } })).toEqual([
      'unqueued-surge',
    ]);
    expect(kindsOf(partner, { rooms, calm: { forwardedPerMinute: 1_190, unqueuedPerMinute: 290 } })).toEqual(
      [],
    );
    expect(kindsOf(partner, { calm: { forwardedPerMinute: 900, unqueuedPerMinute: 20 } })).toEqual([]);
  });

  it('pages that no rule knows are worth a hint then, for their line does not stand', () => {
    const found = foundIn(config, [{ ...rest, rule: null, failed: 200 }]);
    expect(found.map(({ kind, severity }) => [kind, severity])).toEqual([['unqueued-surge', 'info']]);
  });

  it('staff and assets may surge', () =>
    expect(kindsOf({ ...partner, class: 'staff', failed: 200 })).toEqual([]));
});

describe('a launch that nobody comes to', () => {
  const opensAt = '2026-12-01T15:00:00Z';
  const address = 'https://register.example.com/ereg/newreg.php?eventid=4711';
  const launched = configOf({
    rules: [
      '{ name: event registration, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }',
    ],
    launches: [
      `{ name: summit, room: event-4711, opensAt: ${opensAt}, expectedPeakPerMinute: 900, addresses: ["${address}"] }`,
    ],
  });
  const at = (minutes: number) => ({ atMs: Date.parse(opensAt) + minutes * 60_000 });
  const inside = counted('register.example.com', '/ereg/newreg.php', {
    room: 'event-4711',
    rule: 'event registration',
    forwarded: 40,
  });
  const kinds = (traffic: AddressCount[], more: Partial<Situation>) =>
    foundIn(launched, traffic, more).map(({ kind }) => kind);

  it('is found from ten minutes before until half an hour after the opening', () => {
    expect(kinds([rest], at(-9))).toEqual(['launch-without-traffic']);
    expect(kinds([rest], at(29))).toEqual(['launch-without-traffic']);
    expect(kinds([rest], at(-11))).toEqual([]);
    expect(kinds([rest], at(31))).toEqual([]);
  });

  it('is none with visitors, on a platform that nobody visits, or before a minute was watched', () => {
    expect(kinds([rest, inside], at(1))).toEqual([]);
    expect(kinds([], at(1))).toEqual([]);
    expect(kinds([rest], { ...at(1), isWatchedLong: false })).toEqual([]);
  });

  it('the prober alone is no visitor', () =>
    expect(kinds([rest, { ...inside, requests: 12, forwarded: 12 }], at(1))).toEqual([
      'launch-without-traffic',
    ]));
});

describe('the gate’s part', () => {
  it('is unknown without a gateway, and while none has seen a request: never green', () => {
    expect(analyse(situationOf(config, [])).gate.state).toBe('unknown');
    expect(analyse(situationOf(config, [windowOf([])])).gate.state).toBe('unknown');
    expect(analyse(situationOf(config, [windowOf([rest])])).gate).toMatchObject({
      state: 'green',
      unqueuedShare: 0,
    });
    const hole = counted(HOST, '/form', {
      forwarded: 100,
      examples: ['/form?eventid=4711'],
      ...named('key'),
    });
    const red = analyse(situationOf(config, [windowOf([rest]), windowOf([hole])])).gate;
    expect(red).toMatchObject({ state: 'red', unqueuedShare: 0.1, requests: 1_000 });
    expect(red.byAddress[1]).toEqual({
      host: HOST,
      pathShape: '/form',
      room: 'platform',
      outcome: 'allowed',
      requests: 100,
      share: 0.1,
    });
  });
});
