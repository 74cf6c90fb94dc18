/** Which room a request belongs to: rules in order, captures, ambiguous keys, rooms' names. */
import { describe, expect, test } from 'vitest';
import { compileClassifier, otherRoomOf } from '../../gateway/request/classify.ts';
import { compileRoomLookup } from '../../gateway/request/classify-room.ts';
import type { Classified, JudgedRequest } from '../../gateway/request/words.ts';
import { asked, type WrittenRule, type WrittenSettings, writtenSettings } from './classify-settings.ts';

/** `room`, `bypass` or the code of the refusal. */
function where(settings: WrittenSettings, target: string, more: Partial<JudgedRequest> = {}): string {
  return told(compileClassifier(writtenSettings(settings))(asked(target, more)));
}

function told(classified: Classified): string {
  if (classified.kind === 'room') return classified.room;
  return classified.kind === 'bypass' ? 'bypass' : classified.code;
}

const toRoom = (room: string, match: WrittenRule['match'] = {}): WrittenRule => ({ room, match });
const bypass = (match: WrittenRule['match'] = {}): WrittenRule => ({ action: 'bypass', match });

const EVENTS: WrittenSettings = {
  rooms: { 'event-{eventid}': {} },
  rules: [
    bypass({ path: '/assets/*', methods: ['GET', 'HEAD'] }),
    toRoom('event-{eventid}', { path: '/ereg/*', query: { eventid: '{eventid}' } }),
  ],
};

describe('rules', () => {
  test('the first enabled rule that matches wins', () => {
    const rules = [
      { ...toRoom('off', { path: '/a*' }), enabled: false },
      toRoom('one', { path: '/a' }),
      toRoom('two', { path: '/a*' }),
    ];
    const rooms = { off: {}, one: {}, two: {} };
    expect(where({ rooms, rules }, '/a')).toBe('one');
    expect(where({ rooms, rules }, '/ab')).toBe('two');
    expect(where({ rooms, rules }, '/b')).toBe('platform');
  });

  test('what no rule matches says so, and has the default’s upstream and class', () => {
    expect(compileClassifier(writtenSettings({}))(asked('/x'))).toEqual({
      kind: 'room',
      room: 'platform',
      template: 'platform',
      rule: null,
      class: 'registration',
      lane: 'default',
      upstream: 'main',
    });
  });

  test('a rule hands on its class, lane and upstream', () => {
    const rule: WrittenRule = { room: 'vip', class: 'api', lane: 'fast', upstream: 'other' };
    const settings = writtenSettings({ rooms: { vip: { lanes: { default: 1, fast: 3 } } }, rules: [rule] });
    const classified = compileClassifier(settings)(asked('/x'));
    expect(classified).toMatchObject({ room: 'vip', class: 'api', lane: 'fast', upstream: 'other' });
  });

  test.each<[string, WrittenRule['match'], string, Partial<JudgedRequest>, boolean]>([
    ['method', { methods: ['POST'] }, '/x', { method: 'POST' }, true],
    ['other method', { methods: ['POST'] }, '/x', {}, false],
    ['host', { hosts: ['register.example.com'] }, '/x', {}, true],
    ['subdomain', { hosts: ['*.example.com'] }, '/x', { host: 'a.b.example.com' }, true],
    ['not the domain itself', { hosts: ['*.example.com'] }, '/x', { host: 'example.com' }, false],
    ['second host', { hosts: ['a.com', 'b.com'] }, '/x', { host: 'b.com' }, true],
    ['network', { networks: ['10.0.0.0/8'] }, '/x', { clientAddress: '10.1.2.3' }, true],
    ['mapped address', { networks: ['10.0.0.0/8'] }, '/x', { clientAddress: '::ffff:10.1.2.3' }, true],
    ['IPv6 network', { networks: ['2001:db8::/32'] }, '/x', { clientAddress: '2001:db8::1' }, true],
    ['other network', { networks: ['10.0.0.0/8', '::1'] }, '/x', {}, false],
    ['path in another case', { path: '/EReg/*' }, '/eREG/1', {}, true],
    ['path by case', { path: '/EReg/*', caseSensitive: true }, '/ereg/1', {}, false],
    ['same case', { path: '/EReg/*', caseSensitive: true }, '/EReg/1', {}, true],
    ['slash at the end', { path: '/register' }, '/register/', {}, true],
    ['slash left out', { path: '/register/' }, '/register', {}, true],
    ['folder of a wide path', { path: '/ereg/*' }, '/ereg', {}, true],
    ['name that only begins alike', { path: '/ereg/*' }, '/eregister', {}, false],
    ['query value', { query: { vip: '1' } }, '/x?vip=1', {}, true],
    ['encoded query value', { query: { vip: 'a b' } }, '/x?%76ip=a+%62', {}, true],
    ['other query value', { query: { vip: '1' } }, '/x?vip=2', {}, false],
    ['query value absent', { query: { vip: '1' } }, '/x?a=1', {}, false],
    ['query in another case', { query: { Vip: 'Yes' } }, '/x?VIP=YES', {}, true],
    ['query by case', { query: { Vip: 'Yes' }, caseSensitive: true }, '/x?Vip=yes', {}, false],
    ['empty value wanted', { query: { debug: '' } }, '/x?debug', {}, true],
    ['beyond ASCII', { path: '/événement/*' }, '/%C3%A9v%C3%A9nement/1', {}, true],
    ['beyond ASCII in capitals', { path: '/événement/*' }, '/%C3%89V%C3%89NEMENT/1', {}, true],
    ['reserved character encoded', { path: '/@team' }, '/%40team', {}, true],
    ['colon in the pattern', { path: '/v1/events:register' }, '/v1/events:register', {}, true],
    ['parameters that change nothing', { path: '/ereg/*' }, '/ereg/new.jsp;jsessionid=1', {}, true],
  ])('%s', (_, match, target, more, isMatched) => {
    const settings = { rooms: { wanted: {} }, rules: [toRoom('wanted', match)] };
    expect(where(settings, target, more)).toBe(isMatched ? 'wanted' : 'platform');
  });

  test('a bypass covers what is written and no slash more', () => {
    const rules = [bypass({ path: '/ereg' }), toRoom('protected', { path: '/ereg/*' })];
    const settings = { rooms: { protected: {} }, rules };
    expect(where(settings, '/ereg')).toBe('bypass');
    expect(where(settings, '/ereg/')).toBe('protected');
  });

  test('a path that can be read into two rooms is refused', () => {
    const settings = { rooms: { protected: {} }, rules: [toRoom('protected', { path: '/ereg/*' })] };
    for (const path of ['/ereg;x/1', '/ereg%3Bx/1', '/ereg./1', '/ereg%20/1', '/%20ereg/1', '/ereg::$DATA'])
      expect(where(settings, path), path).toBe('HG_BAD_REQUEST');
    for (const path of ['/x;y/1', '/x./1', '/x%20/1', '/a:b', '/a@b,c'])
      expect(where(settings, path)).toBe('platform');
  });
});

describe('captures', () => {
  test.each<[string, WrittenRule['match'], string, string]>([
    ['from the query', { query: { eventid: '{id}' } }, '/x?a=1&eventid=4711', 'event-4711'],
    ['percent-encoded', { query: { eventid: '{id}' } }, '/x?%65ventid=%34711', 'event-4711'],
    ['from the path', { path: '/events/{id}/*' }, '/events/4711/reg', 'event-4711'],
    ['from the host', { hosts: ['{id}.example.com'] }, '/x', 'event-register'],
    ['in any case, as one room', { query: { eventid: '{id}' } }, '/x?EventID=AbC', 'event-abc'],
    ['by case', { query: { eventid: '{id}' }, caseSensitive: true }, '/x?eventid=AbC', 'event-AbC'],
    ['with what no name may hold', { query: { eventid: '{id}' } }, '/x?eventid=4711%27', 'platform'],
    ['too long', { query: { eventid: '{id}' } }, `/x?eventid=${'1'.repeat(65)}`, 'platform'],
    [
      'too long with the rest of the name',
      { query: { eventid: '{id}' } },
      `/x?eventid=${'1'.repeat(60)}`,
      'platform',
    ],
    ['empty', { query: { eventid: '{id}' } }, '/x?eventid=', 'platform'],
    ['absent', { query: { eventid: '{id}' } }, '/x', 'platform'],
    ['`~other` is nobody’s id', { query: { eventid: '{id}' } }, '/x?eventid=~other', 'platform'],
    ['a name of every object', { query: { eventid: '{id}' } }, '/x?eventid=__proto__', 'event-__proto__'],
  ])('%s', (_, match, target, room) => {
    expect(where({ rooms: { 'event-{id}': {} }, rules: [toRoom('event-{id}', match)] }, target)).toBe(room);
  });

  test('an id that can name no room keeps the rule, so that another room’s pass does not carry it', () => {
    const classified = compileClassifier(writtenSettings(EVENTS))(asked('/ereg/x?eventid=1%20'));
    expect(classified).toMatchObject({ room: 'platform', template: 'platform', rule: { name: 'rule 1' } });
  });

  test('an exact room beats the template', () => {
    const settings = writtenSettings({ ...EVENTS, rooms: { 'event-{eventid}': {}, 'event-Gala': {} } });
    const classify = compileClassifier(settings);
    expect(classify(asked('/ereg/x?eventid=gala'))).toMatchObject({
      room: 'event-Gala',
      template: 'event-Gala',
    });
    expect(classify(asked('/ereg/x?eventid=7'))).toMatchObject({
      room: 'event-7',
      template: 'event-{eventid}',
    });
  });

  test('strangers to the list share one room', () => {
    const settings = writtenSettings({
      ...EVENTS,
      rooms: { 'event-{eventid}': { known: ['4711', 'Gala'] } },
    });
    const classify = compileClassifier(settings);
    expect(told(classify(asked('/ereg/x?eventid=4711')))).toBe('event-4711');
    expect(told(classify(asked('/ereg/x?eventid=GALA')))).toBe('event-Gala');
    const stranger = classify(asked('/ereg/x?eventid=9'));
    expect(stranger).toMatchObject({ room: 'event-~other', template: 'event-{eventid}' });
    expect(otherRoomOf('event-{eventid}')).toEqual({ room: 'event-~other', template: 'event-{eventid}' });
  });

  test('path and query that name different rooms are refused', () => {
    const rule = toRoom('event-{id}', { path: '/events/{id}', query: { eventid: '{id}' } });
    const settings = { rooms: { 'event-{id}': {} }, rules: [rule] };
    expect(where(settings, '/events/1?eventid=1')).toBe('event-1');
    expect(where(settings, '/events/1?eventid=2')).toBe('HG_AMBIGUOUS_CAPTURE');
  });

  test('a room is found by the name that its captures give, in any case', () => {
    const find = compileRoomLookup(
      writtenSettings({
        ...EVENTS,
        rooms: { 'event-{eventid}': {}, 'event-Gala': {} },
        launches: [{ room: 'event-X1' }],
      }),
    );
    expect(find('event-4711')).toEqual({ room: 'event-4711', template: 'event-{eventid}' });
    expect(find('event-ABC')).toEqual({ room: 'event-abc', template: 'event-{eventid}' });
    expect(find('event-GALA')).toEqual({ room: 'event-Gala', template: 'event-Gala' });
    expect(find('event-x1')).toEqual({ room: 'event-X1', template: 'event-{eventid}' });
    expect(find('event-~other')).toEqual({ room: 'event-~other', template: 'event-{eventid}' });
    expect(find('platform')).toEqual({ room: 'platform', template: 'platform' });
    for (const name of ['event-', 'event-{eventid}', 'constructor', 'x', 'event-a b'])
      expect(find(name)).toBeNull();
  });
});

describe('a key that names the room', () => {
  test.each([
    'eventid=1&eventid=2',
    'eventid=1&eventid=1',
    'eventid=1&EventID=2',
    'eventid=1&%65ventid=2',
    'eventid[]=1',
    'eventid[0]=1',
    'eventid%5B%5D=1',
    'eventid[a][b]=1',
    'eventid=1&eventid[]=2',
    'eventid=1&eventid',
    'eventid=1;eventid=2',
    'eventid=1;a=2',
    'a=1;eventid=2',
    '%2565ventid=1',
    'eventid%00x=1',
    '+eventid=1',
    'eventid%20=1',
    '?eventid=1',
    '%EF%BD%85ventid=1',
    'eventid%E2%80%8B=1',
  ])('is refused where platforms read it in two ways: %s', (query) => {
    expect(where(EVENTS, `/ereg/x?${query}`)).toBe('HG_AMBIGUOUS_CAPTURE');
    expect(where(EVENTS, `/elsewhere?${query}`)).toBe('platform');
  });

  test('is one key to PHP with a dot, a space or a bracket for its underscore', () => {
    const rules = [toRoom('event-{id}', { query: { event_id: '{id}' } })];
    for (const query of ['event.id=1', 'event+id=1', 'event_id=1&event.id=2'])
      expect(where({ rooms: { 'event-{id}': {} }, rules }, `/x?${query}`), query).toBe(
        'HG_AMBIGUOUS_CAPTURE',
      );
  });

  test('is refused even where an earlier rule would win', () => {
    const settings = {
      ...EVENTS,
      rules: [bypass({ path: '/ereg/*', query: { vip: '1' } }), ...EVENTS.rules!],
    };
    expect(where(settings, '/ereg/x?vip=1&eventid=1')).toBe('bypass');
    expect(where(settings, '/ereg/x?vip=1&eventid=1&eventid=2')).toBe('HG_AMBIGUOUS_CAPTURE');
  });

  test('by case is another key in another case', () => {
    const rules = [toRoom('event-{id}', { query: { eventid: '{id}' }, caseSensitive: true })];
    expect(where({ rooms: { 'event-{id}': {} }, rules }, '/x?eventid=1&EventID=2')).toBe('event-1');
  });

  test('with a fixed value is refused only where the value is among several', () => {
    const settings = { rooms: { big: {} }, rules: [toRoom('big', { query: { eventid: '4711' } })] };
    expect(where(settings, '/x?eventid=1&eventid=4711')).toBe('HG_AMBIGUOUS_CAPTURE');
    expect(where(settings, '/x?eventid=1&eventid=2')).toBe('platform');
  });
});
