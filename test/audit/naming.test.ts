/** A request that went elsewhere names a protected event by what it carries, however that is spelt; who is inside names nothing. */
import { describe, expect, it } from 'vitest';
import { createNaming, isUnqueued } from '../../gateway/audit/naming.ts';
import { createRoomValues } from '../../gateway/audit/room-values.ts';
import type { SeenRequest } from '../../gateway/audit/words.ts';
import { bypassed, CONFIG, inEvent, seen, settingsOf } from './audit-stage.ts';

const NOW_MS = 5_000_000;

function naming(config = CONFIG) {
  const names = createNaming(settingsOf(config), createRoomValues());
  return (request: SeenRequest, nowMs = NOW_MS) => names(request, nowMs);
}

const LAUNCH = { host: 'register.example.com', path: '/ereg/newreg.php', query: 'eventid=4711&lang=en' };

describe('a launch’s address', () => {
  it.each([
    ['as written', LAUNCH],
    ['in another order', { ...LAUNCH, query: 'lang=en&eventid=4711' }],
    ['with more keys', { ...LAUNCH, query: 'utm=x&eventid=4711&lang=en' }],
    ['in another case', { ...LAUNCH, path: '/EREG/NewReg.php', query: 'EVENTID=4711&Lang=EN' }],
    ['encoded', { ...LAUNCH, query: 'event%69d=%34711&lang=en' }],
    ['with a slash at its end', { ...LAUNCH, path: '/ereg/newreg.php/' }],
  ])('%s names the launch’s room where it went elsewhere', (_, address) => {
    expect(naming()(seen(address))).toEqual({ room: 'event-4711', by: 'launch' });
    expect(naming()(bypassed('staff', address))).toEqual({ room: 'event-4711', by: 'launch' });
  });

  it('names nothing in its room, or in the room that strangers of its template share', () => {
    expect(naming()(inEvent('4711', LAUNCH))).toBeNull();
    expect(naming()(seen({ ...LAUNCH, room: 'event-~other' }))).toBeNull();
  });
});

describe('a key by which rules tell events apart', () => {
  it.each([
    'eventid=815',
    'lang=de&EventId=815',
    'eventid[]=815',
    'a=1;eventid=815',
    'event%69d=815',
    '%65ventid=%38%31%35',
    'eventid=%20815',
  ])('?%s names the event under no rule', (query) => {
    expect(naming()(seen({ path: '/m/register', query }))).toEqual({ room: 'event-815', by: 'key' });
  });

  it('also in an explicit rule’s room, and past a bypass', () => {
    expect(naming()(seen({ path: '/api/x', query: 'eventid=815', rule: 'api', class: 'api' }))?.by).toBe(
      'key',
    );
    expect(naming()(bypassed('health', { path: '/health', query: 'eventid=815' }))?.by).toBe('key');
  });

  it('names nothing inside: by its rule, by a pass that stays, or among strangers', () => {
    expect(naming()(inEvent('815'))).toBeNull();
    expect(naming()(seen({ query: 'eventid=815', room: 'event-815', state: 'admitted' }))).toBeNull();
    expect(naming()(seen({ query: 'eventid=815', room: 'event-~other' }))).toBeNull();
  });

  it('of a value that can name no room it names nothing', () => {
    expect(naming()(seen({ path: '/m', query: 'eventid=a%20b' }))).toBeNull();
    expect(naming()(seen({ path: '/m', query: `eventid=${'x'.repeat(200)}` }))).toBeNull();
  });

  it('rules that are switched off name nothing', () => {
    const off = CONFIG.replace('{ name: event,', '{ name: event, enabled: false,').replace(
      /launches:[\s\S]*/,
      '',
    );
    expect(naming(off)(seen({ query: 'eventid=815' }))).toBeNull();
  });

  it('a rule that asks for one value names its room for that value alone', () => {
    const literal = CONFIG.replace(
      'rules:',
      'rules:\n  - { name: gala, match: { path: /gala, query: { e: Gala } }, room: gala }',
    ).replace('rooms:', 'rooms:\n  gala: {}');
    expect(naming(literal)(seen({ query: 'e=GALA' }))).toEqual({ room: 'gala', by: 'key' });
    expect(naming(literal)(seen({ query: 'e=other' }))).toBeNull();
  });

  it('a rule before it that captures another room is told, too', () => {
    const torn = CONFIG.replace('rooms:', 'rooms:\n  "host-{tenant}": {}').replace(
      'rules:',
      'rules:\n  - { name: tenants, match: { hosts: ["{tenant}.example.com"], path: /ereg/* }, room: "host-{tenant}" }',
    );
    const shadowed = seen({ ...LAUNCH, query: 'eventid=815', rule: 'tenants', room: 'host-register' });
    expect(naming(torn)(shadowed)).toEqual({ room: 'event-815', by: 'key' });
  });
});

describe('an empty capture', () => {
  it.each(['eventid=', 'eventid', 'eventid=%20', 'eventid=a%2Fb'])('?%s under the rule’s path', (query) => {
    const request = seen({ path: '/ereg/newreg.php', query });
    expect(naming()(request)).toEqual({ room: 'event-{eventid}', by: 'empty-capture' });
  });

  it('a rule that matched and could name no room', () => {
    const request = seen({ path: '/ereg/newreg.php', query: 'eventid=a.b', rule: 'event' });
    expect(naming()(request)).toEqual({ room: 'event-{eventid}', by: 'empty-capture' });
  });

  it('pages of a form that carry no key at all name nothing', () => {
    expect(naming()(seen({ path: '/ereg/step/2' }))).toBeNull();
  });
});

describe('a value', () => {
  it.each([
    ['a path segment', { path: '/mobile/v2/events/4711/register' }],
    ['a host label', { host: '4711.events.example.com' }],
    ['a query value', { query: 'event=4711' }],
  ])('%s that is the id of a launch’s room names it', (_, words) => {
    expect(naming()(seen(words))).toEqual({ room: 'event-4711', by: 'value' });
  });

  it('of a room that was live in the last minute names it, and no longer', () => {
    const names = naming();
    const page = seen({ path: '/info/Gala9' });
    expect(names(page)).toBeNull();
    names(inEvent('gala9', { forwarded: false, state: 'waiting' }));
    expect(names(page)).toEqual({ room: 'event-gala9', by: 'value' });
    expect(names(page, NOW_MS + 61_000)).toBeNull();
  });

  it('shorter than three characters, or only a part of a word, is none', () => {
    const names = naming();
    names(inEvent('12'));
    expect(names(seen({ path: '/page/12' }))).toBeNull();
    expect(names(seen({ path: '/page/14711' }))).toBeNull();
  });

  it('invented rooms do not grow the memory, and what a launch names is never lost in them', () => {
    const names = naming();
    for (let i = 0; i < 20_000; i++) names(inEvent(`invented${i}`));
    expect(names(seen({ path: '/x/4711' }))?.room).toBe('event-4711');
    names(inEvent('late1'), NOW_MS + 70_000);
    expect(names(seen({ path: '/x/late1' }), NOW_MS + 70_000)?.room).toBe('event-late1');
  });
});

describe('who names nothing', () => {
  it('files of a page, and what was not forwarded', () => {
    for (const path of ['/ereg/style.css', '/ereg/Logo.PNG', '/ereg/site.webmanifest'])
      expect(naming()(bypassed('assets', { ...LAUNCH, path, class: 'asset' })), path).toBeNull();
    expect(naming()(bypassed('assets', { ...LAUNCH, class: 'asset' })), 'a page').not.toBeNull();
    expect(naming()(seen({ ...LAUNCH, forwarded: false, state: 'waiting' }))).toBeNull();
  });
});

describe('unqueued', () => {
  const names = (by: 'launch' | 'key' | 'value' | 'empty-capture') => ({ by });
  const address = { outcome: 'allowed', class: 'registration', rule: null as string | null, names: null };

  it('is what a rule or an override lets by, but for assets and staff', () => {
    expect(isUnqueued({ ...address, outcome: 'bypassed', rule: 'health' })).toBe(true);
    expect(isUnqueued({ ...address, outcome: 'bypassed', rule: 'assets', class: 'asset' })).toBe(false);
    expect(isUnqueued({ ...address, outcome: 'bypassed', rule: 'staff', class: 'staff' })).toBe(false);
  });

  it('and what names an event under no rule of its own', () => {
    expect(isUnqueued({ ...address, names: names('launch') })).toBe(true);
    expect(isUnqueued({ ...address, names: names('empty-capture') })).toBe(true);
    expect(isUnqueued({ ...address, names: names('key') })).toBe(true);
    expect(isUnqueued({ ...address, names: names('key'), rule: 'api' })).toBe(false);
    expect(isUnqueued({ ...address, names: names('value') })).toBe(false);
    expect(isUnqueued(address)).toBe(false);
  });
});
