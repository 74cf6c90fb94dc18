/** An hour of healthy traffic finds nothing; the fault of August 2018 in the same traffic is found within 10 s, with true shares. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../gateway/audit/coverage/analyse.ts';
import { remembering } from '../../../gateway/audit/coverage/proposal/remember.ts';
import type { FoundNow } from '../../../gateway/audit/words.ts';
import { playSecond } from './healthy-day.ts';
import { playGate, seeded } from './played-gate.ts';
import { configOf, ledBy, settingsOf, situationOf } from './stage.ts';

const rulesAt = (hosts: string) => [
  '{ name: payment callbacks, match: { path: /pay/callback }, room: platform, class: api }',
  '{ name: public api, match: { path: /api/* }, room: platform, class: api }',
  `{ name: event registration, match: { ${hosts}path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }`,
];
const address = (host: string) => `https://${host}.example.com/ereg/newreg.php?eventid=4711`;
const launchAt = (...hosts: string[]) =>
  `{ name: summit, room: event-4711, opensAt: 2026-12-01T15:00:00Z, expectedPeakPerMinute: 2000, addresses: [${hosts.map((host) => JSON.stringify(address(host))).join(', ')}] }`;

function stage(config: string, seed: number) {
  const random = seeded(seed);
  const gate = playGate(settingsOf(config), random);
  const situation = situationOf(config, []);
  const propose = remembering(situation.propose);
  const look = () => {
    const isWatchedLong = gate.nowMs() >= 60_000;
    return [...analyse({ ...situation, propose, isWatchedLong, windows: [gate.traffic.window()] }).found];
  };
  return { random, gate, look };
}

describe('healthy traffic', () => {
  for (const [seed, page] of [
    [1, ''],
    [2, '{ name: event pages, match: { path: "/events/{eventid}/*" }, room: "event-{eventid}" }'],
  ] as const)
    it(`finds nothing in an hour (seed ${seed})`, () => {
      const config = configOf({
        rules: [...rulesAt(''), ...(page === '' ? [] : [page])],
        launches: [launchAt('register')],
      });
      const { random, gate, look } = stage(config, seed);
      const found = new Map<string, FoundNow>();
      for (let second = 0; second < 3_600; second++) {
        playSecond(gate, random);
        gate.pass(1_000);
        if (second % 5 === 0) for (const one of look()) found.set(one.key, one);
      }
      expect([...found.values()].map(({ summary }) => summary)).toEqual([]);
      expect(gate.traffic.window().requests).toBeGreaterThan(900);
    });
});

describe('the fault of August 2018', () => {
  const config = configOf({
    rules: rulesAt('hosts: [register.example.com], '),
    launches: [launchAt('register', 'm', 'partner')],
  });

  it('both uncovered addresses are found within 10 s, with shares within 2 points, and one rule mends both', () => {
    const { random, gate, look } = stage(config, 3);
    for (let second = 0; second < 120; second++) {
      playSecond(gate, random);
      gate.pass(1_000);
    }
    let foundAfter: number | null = null;
    for (let second = 1; second <= 60; second++) {
      playSecond(gate, random);
      for (let i = 0; i < 200; i++) arrive(gate, random);
      gate.pass(1_000);
      const seen = look().filter(({ evidence }) => evidence.addressShare > 0.02);
      if (seen.length === 2) foundAfter ??= second;
      for (const { evidence } of seen)
        expect(Math.abs(evidence.share - gate.shareOf(evidence.host ?? '')), `second ${second}`).toBeLessThan(
          0.02,
        );
    }
    const found = look();
    expect(foundAfter).toBeLessThanOrEqual(10);
    expect(found.map(({ evidence }) => evidence.host).sort()).toEqual([
      'm.example.com',
      'partner.example.com',
    ]);
    for (const { summary, proposedRule } of found) {
      expect(summary).toContain('Two of three addresses of event-4711');
      for (const host of ['m.example.com', 'partner.example.com'])
        expect(ledBy(proposedRule?.config ?? '', host, '/ereg/newreg.php?eventid=4711')).toBe('event-4711');
    }
  });

  it('fifty events by a host that no rule knows are one finding, however few requests each has', () => {
    const { random, gate, look } = stage(configOf({ rules: rulesAt('hosts: [register.example.com], ') }), 4);
    for (let second = 0; second < 60; second++) {
      playSecond(gate, random);
      for (let event = 4700; event < 4750; event += 5)
        gate.ask({ host: 'm.example.com', target: `/ereg/newreg.php?eventid=${event + (second % 5)}` });
      gate.pass(1_000);
    }
    const found = look();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ room: 'event-{eventid}', evidence: { host: 'm.example.com' } });
    expect(ledBy(found[0]?.proposedRule?.config ?? '', 'm.example.com', '/ereg/newreg.php?eventid=4')).toBe(
      'event-4',
    );
  });
});

/** A surge of visitors at all three hosts, who go on to the pages behind the first. */
function arrive(gate: ReturnType<typeof playGate>, random: () => number): void {
  const host = ['register', 'm', 'm', 'partner'][Math.floor(random() * 4)] ?? 'm';
  const room = gate.ask({
    host: `${host}.example.com`,
    target: `/ereg/newreg.php?eventid=4711&ref=${Math.floor(random() * 1e6)}`,
  });
  if (random() < 0.5)
    gate.ask({
      host: `${host}.example.com`,
      target: '/ereg/step/2',
      ...(room === 'event-4711' ? { pass: room } : {}),
    });
}
