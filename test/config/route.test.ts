import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { routeAddress } from '../../config/route.ts';
import type { Settings } from '../../config/settings.ts';
import { compileClassifier } from '../../gateway/request/classify.ts';

const rule = fc.record({
  hosts: fc.subarray(['a.test', '*.a.test', '{t}.b.test', '*']),
  path: fc.constantFrom(
    '/*',
    '/ereg/*',
    '/EREG/new',
    '/ereg/new/',
    '/events/{id}',
    '/*.php',
    '/{id}/*',
    '/a',
  ),
  query: fc.constantFrom({}, { eventid: '{id}' }, { EventId: '5' }, { x: '{y}' }),
  methods: fc.constantFrom([], ['GET', 'HEAD'], ['POST']),
  networks: fc.constantFrom([], ['10.0.0.0/8'], ['0.0.0.0/0', '::/0']),
  caseSensitive: fc.boolean(),
  room: fc.constantFrom('platform', 'event-{id}', 'event-5', 'tenant-{t}', null),
  enabled: fc.boolean(),
});
const address = fc
  .record({
    host: fc.constantFrom('a.test', 'www.a.test', 'x.b.test', 'c.test'),
    path: fc.constantFrom(
      '/',
      '/a',
      '/a/',
      '/ereg',
      '/ereg/new',
      '/Ereg/New/',
      '/events/AbC',
      '/events/5/',
      '/x.php',
      '/7/8',
    ),
    query: fc.constantFrom('', '?eventid=5', '?EVENTID=Summit', '?eventid=a%2Fb', '?x=1&eventid=9'),
  })
  .map(({ host, path, query }) => `http://${host}${path}${query}`);

/** The list of known ids spells it otherwise than the address. */
const KNOWN_IN_CAPITALS: typeof rule extends fc.Arbitrary<infer Drawn> ? Drawn : never = {
  ...{ hosts: [], path: '/events/{id}', query: {}, methods: [], networks: [], caseSensitive: false },
  ...{ room: 'event-{id}', enabled: true },
};

test('an address leads where the gateway’s own judgement of a visitor’s first GET leads', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 5 }), fc.boolean(), address, (rules, isKnown, written) => {
      const settings = settingsOf(rules, isKnown);
      if (settings === null) return;
      compared += 1;
      expect(shown(routeAddress(settings, written))).toEqual(judged(settings, written));
    }),
    {
      numRuns: 1_000,
      examples: [false, true].map((caseSensitive) => [
        [{ ...KNOWN_IN_CAPITALS, caseSensitive }],
        true,
        'http://a.test/events/AbC',
      ]),
    },
  );
  expect(compared).toBeGreaterThan(200);
});

function settingsOf(rules: { room: string | null; enabled: boolean }[], isKnown: boolean): Settings | null {
  const config = {
    upstreams: { platform: { targets: ['http://u.test'] } },
    rooms: {
      platform: {},
      'event-{id}': { known: isKnown ? ['5', 'Summit', 'ABC'] : 'any' },
      'event-5': {},
      'tenant-{t}': {},
    },
    default: { room: 'platform', upstream: 'platform' },
    launches: [{ name: 'a', room: 'event-Summit', opensAt: '2026-12-01T15:00:00Z' }],
    rules: rules.map(({ room, enabled, ...match }, index) => ({
      name: `rule ${index}`,
      match,
      enabled,
      ...(room === null ? { action: 'bypass' } : { room }),
    })),
  };
  const result = parseConfig(JSON.stringify(config), 'headgate.yaml', {});
  return result.ok ? result.settings : null;
}

function shown(route: ReturnType<typeof routeAddress>) {
  if (route.kind === 'reserved') return route;
  return { kind: route.kind, rule: route.rule?.name, room: route.kind === 'room' ? route.room : undefined };
}

function judged(settings: Settings, written: string) {
  const url = new URL(written);
  const classified = compileClassifier(settings)({
    method: 'GET',
    target: url.pathname + url.search,
    path: url.pathname,
    query: url.search.slice(1),
    host: url.hostname,
    authority: url.host,
    scheme: 'http',
    clientAddress: '203.0.113.7',
  });
  if (classified.kind === 'refused') throw new Error(classified.detail);
  const room = classified.kind === 'room' ? classified.room : undefined;
  return { kind: classified.kind, rule: classified.rule?.name, room };
}
