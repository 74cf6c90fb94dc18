/** Every way in which a rule misses its event’s traffic is found, and the proposed rule mends it. */
import { describe, expect, it } from 'vitest';
import type { FoundNow } from '../../../gateway/audit/words.ts';
import type { AddressCount } from '../../../gateway/control/words.ts';
import { configOf, counted, foundIn, ledBy } from './stage.ts';

const REGISTRATION = 'name: event registration, room: "event-{eventid}"';
const byKey = { names: { room: 'event-4711', by: 'key' } } as const;
const byValue = { names: { room: 'event-4711', by: 'value' } } as const;
const calm = [
  counted('www.example.com', '/', { forwarded: 400 }),
  counted('www.example.com', '/events', { forwarded: 100 }),
];

interface Case {
  rules: string[];
  launches?: string[];
  host: string;
  target: string;
  address: Partial<AddressCount>;
}

const page = { pathShape: '/ereg/newreg.php', examples: ['/ereg/newreg.php?eventid=4711'] };
const CASES: Record<string, Case> = {
  'a wrong host': {
    rules: [
      `{ ${REGISTRATION}, match: { hosts: [register.exmaple.com], path: /ereg/*, query: { eventid: "{eventid}" } } }`,
    ],
    host: 'register.example.com',
    target: '/ereg/newreg.php?eventid=4711',
    address: { ...page, ...byKey },
  },
  'another subdomain': {
    rules: [
      `{ ${REGISTRATION}, match: { hosts: [example.com], path: /ereg/*, query: { eventid: "{eventid}" } } }`,
    ],
    host: 'm.example.com',
    target: '/ereg/newreg.php?eventid=4711',
    address: { ...page, ...byKey },
  },
  'a wrong case-sensitive path': {
    rules: [
      `{ ${REGISTRATION}, match: { path: /ereg/NewReg.php, query: { eventid: "{eventid}" }, caseSensitive: true } }`,
    ],
    host: 'register.example.com',
    target: '/ereg/newreg.php?eventid=4711',
    address: { ...page, ...byKey },
  },
  'a key in another case, under a rule that minds it': {
    rules: [
      `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" }, caseSensitive: true } }`,
    ],
    host: 'register.example.com',
    target: '/ereg/newreg.php?EventID=4711',
    address: { ...page, examples: ['/ereg/newreg.php?eventid=4711'], ...byKey },
  },
  'another key that the rule asks for, too': {
    rules: [`{ ${REGISTRATION}, match: { path: /ereg/*, query: { lang: en, eventid: "{eventid}" } } }`],
    host: 'register.example.com',
    target: '/ereg/newreg.php?eventid=4711&lang=de',
    address: { ...page, examples: ['/ereg/newreg.php?eventid=4711&lang=…'], ...byKey },
  },
  'a rule in the wrong order': {
    rules: [
      '{ name: everything there, match: { path: /ereg/* }, room: platform }',
      `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`,
    ],
    host: 'register.example.com',
    target: '/ereg/newreg.php?eventid=4711',
    address: { ...page, ...byKey, rule: 'everything there' },
  },
  'a bypass that is too wide': {
    rules: [
      '{ name: pages, match: { path: "/*.php" }, action: bypass }',
      `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`,
    ],
    host: 'register.example.com',
    target: '/ereg/newreg.php?eventid=4711',
    address: { ...page, ...byKey, room: null, outcome: 'bypassed', rule: 'pages' },
  },
  'a path of the mobile API': {
    rules: [
      '{ name: public api, match: { path: /api/* }, room: platform, class: api }',
      `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`,
    ],
    host: 'register.example.com',
    target: '/m/api/v2/events/4711/register',
    address: {
      pathShape: '/m/api/v2/events/{id}/register',
      examples: ['/m/api/v2/events/4711/register'],
      ...byValue,
    },
  },
  'a key of the mobile API': {
    rules: [
      '{ name: public api, match: { path: /api/* }, room: platform, class: api }',
      `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`,
    ],
    host: 'register.example.com',
    target: '/api/mobile/register?event=4711',
    address: {
      pathShape: '/api/mobile/register',
      examples: ['/api/mobile/register?event=…&device=…'],
      ...byValue,
      rule: 'public api',
      class: 'api',
    },
  },
  'an empty capture': {
    rules: [`{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`],
    host: 'register.example.com',
    target: '/ereg/newreg.php?eventid=',
    address: {
      ...page,
      examples: ['/ereg/newreg.php?eventid=…'],
      names: { room: 'event-{eventid}', by: 'empty-capture' },
    },
  },
  'a launch’s address of its own': {
    rules: [`{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`],
    launches: [
      '{ name: summit, room: event-4711, opensAt: 2026-12-01T15:00:00Z, addresses: ["https://go.example.com/summit"] }',
    ],
    host: 'go.example.com',
    target: '/summit',
    address: { pathShape: '/summit', examples: ['/summit'], names: { room: 'event-4711', by: 'launch' } },
  },
};

describe('what misses its line', () => {
  for (const [title, { rules, launches = [], host, target, address }] of Object.entries(CASES))
    it(`${title}: is found, with a rule that leads it into the line`, () => {
      const config = configOf({ rules, launches });
      const pathShape = address.pathShape as string;
      const found = foundIn(config, [...calm, counted(host, pathShape, { forwarded: 500, ...address })]);
      const finding = found.find(({ evidence }) => evidence.host === host) as FoundNow;
      expect(found.map(({ key }) => key)).toEqual([finding?.key]);
      expect(finding.evidence).toMatchObject({ host, pathShape, requestsPerMinute: 500 });
      expect(finding.evidence.share).toBeCloseTo(0.5, 2);
      const proposed = finding.proposedRule;
      expect(proposed, finding.summary).not.toBeNull();
      const wanted = address.names?.by === 'empty-capture' ? 'event-~other' : 'event-4711';
      expect(ledBy(proposed?.config ?? '', host, target)).toBe(wanted);
      expect(proposed?.config).toContain('# the operator’s own words');
    });

  it('is found where a gateway missed it by other rules than those in force, and no rule is proposed a second time', () => {
    const rule = `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`;
    const missed = counted('register.example.com', '/ereg/newreg.php', {
      ...{ forwarded: 500, rule: null, ...page, ...byKey },
    });
    const [finding, ...others] = foundIn(configOf({ rules: [rule] }), [...calm, missed]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ room: 'event-4711', proposedRule: null });
  });

  it('a rule of another launch’s room stays where it is', () => {
    const config = configOf(CASES['a wrong host'] as Case);
    const found = foundIn(config, [
      ...calm,
      counted('register.example.com', page.pathShape, { forwarded: 500, ...page, ...byKey }),
    ]);
    const proposed = found[0]?.proposedRule?.config ?? '';
    expect(ledBy(proposed, 'www.example.com', '/')).toBe('platform');
    expect(ledBy(proposed, 'register.example.com', '/ereg/step/2')).toBe('platform');
    expect(ledBy(proposed, 'register.example.com', '/ereg/newreg.php?eventid=12')).toBe('event-12');
  });
});

describe('one host of three', () => {
  const rules = [
    `{ ${REGISTRATION}, match: { hosts: [register.example.com], path: /ereg/*, query: { eventid: "{eventid}" } } }`,
  ];
  const launches = [
    '{ name: summit, room: event-4711, opensAt: 2026-12-01T15:00:00Z, addresses: ["https://register.example.com/ereg/newreg.php?eventid=4711", "https://m.example.com/ereg/newreg.php?eventid=4711", "https://partner.example.com/ereg/newreg.php?eventid=4711"] }',
  ];
  const config = configOf({ rules, launches });
  const inside = { room: 'event-4711', rule: 'event registration', outcome: 'admitted' };
  const named = { ...page, names: { room: 'event-4711', by: 'launch' } } as const;
  const traffic = [
    counted('register.example.com', page.pathShape, { forwarded: 20, ...inside }),
    counted('register.example.com', '/ereg/step/{id}', { forwarded: 80, ...inside }),
    counted('m.example.com', page.pathShape, { forwarded: 120, ...named }),
    counted('m.example.com', '/ereg/step/{id}', { forwarded: 380 }),
    counted('m.example.com', '/assets/app.css', {
      forwarded: 20,
      room: null,
      outcome: 'bypassed',
      rule: 'assets',
      class: 'asset',
    }),
    counted('partner.example.com', page.pathShape, { forwarded: 80, ...named }),
    counted('partner.example.com', '/ereg/step/{id}', { forwarded: 300 }),
  ];
  const found = foundIn(config, traffic);

  it('each finding names both, with the share of the platform’s books', () => {
    expect(found.map(({ evidence }) => evidence.host).sort()).toEqual([
      'm.example.com',
      'partner.example.com',
    ]);
    for (const { summary, evidence, room, severity } of found) {
      expect({ room, severity }).toEqual({ room: 'event-4711', severity: 'critical' });
      expect(summary).toContain('Two of three addresses of event-4711');
      expect(summary).toContain('m.example.com/ereg/newreg.php (52.0 %');
      expect(summary).toContain('partner.example.com/ereg/newreg.php (38.0 %');
      expect(evidence.share).toBeCloseTo(evidence.host === 'm.example.com' ? 0.52 : 0.38, 3);
    }
  });

  it('either proposal mends both', () => {
    for (const { proposedRule } of found) {
      expect(proposedRule?.yaml).toContain('partner.example.com');
      for (const host of ['m.example.com', 'partner.example.com'])
        expect(ledBy(proposedRule?.config ?? '', host, '/ereg/newreg.php?eventid=4711')).toBe('event-4711');
    }
  });

  it('is known from the configuration before anybody comes', () => {
    const silent = foundIn(config, []);
    expect(silent.map(({ kind }) => kind)).toEqual(['launch-address-uncovered', 'launch-address-uncovered']);
    expect(silent[0]?.summary).toContain('no traffic yet');
    expect(silent[0]?.proposedRule?.config).toBe(found[0]?.proposedRule?.config);
    expect(silent[0]?.key).toBe(found[0]?.key);
  });
});

describe('a bypass over everything', () => {
  const rules = [
    '{ name: open house, match: { hosts: [register.example.com] }, action: bypass }',
    `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`,
  ];
  const bypassed = { room: null, outcome: 'bypassed', rule: 'open house' };
  const register = counted('register.example.com', page.pathShape, {
    forwarded: 500,
    ...page,
    ...byKey,
    ...bypassed,
  });
  const steps = counted('register.example.com', '/ereg/step/{id}', {
    examples: ['/ereg/step/2'],
    ...bypassed,
  });
  const help = counted('register.example.com', '/help/faq', { ...bypassed });
  const proposedFor = (...seen: AddressCount[]) => {
    const [finding] = foundIn(configOf({ rules }), [...calm, register, ...seen]);
    return finding?.proposedRule ?? null;
  };

  it('is taken out where only the pages of the form go through it', () => {
    const proposed = proposedFor(steps);
    expect(proposed?.summary).toContain('The bypass "open house" is disabled');
    expect(ledBy(proposed?.config ?? '', 'register.example.com', '/ereg/step/2')).toBe('platform');
  });

  it('stays where others would lose it: no proposal moves what is no part of it', () => {
    const proposed = proposedFor(steps, help);
    expect(proposed?.summary).not.toContain('disabled');
    expect(ledBy(proposed?.config ?? '', 'register.example.com', '/help/faq')).toBeNull();
    expect(ledBy(proposed?.config ?? '', 'register.example.com', '/ereg/newreg.php?eventid=4711')).toBe(
      'event-4711',
    );
  });
});
