/** Each way of missing a line, played through the real counter: found within 10 s, and nothing goes unqueued once the proposal is active. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../gateway/audit/coverage/analyse.ts';
import type { Analysis } from '../../../gateway/audit/coverage/words.ts';
import { playSecond } from './healthy-day.ts';
import { playGate, seeded } from './played-gate.ts';
import { configOf, settingsOf, situationOf } from './stage.ts';

const REGISTRATION = 'name: event registration, room: "event-{eventid}"';
const ANYWHERE = `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" } } }`;
const API = '{ name: public api, match: { path: /api/* }, room: platform, class: api }';
const HOST = 'register.example.com';

interface Fault {
  rules: string[];
  host?: string;
  target: string;
  /** Beside those of the healthy platform. */
  launches?: string[];
}

const FAULTS: Record<string, Fault> = {
  'a wrong host': {
    rules: [
      API,
      `{ ${REGISTRATION}, match: { hosts: [register.example.com], path: /ereg/*, query: { eventid: "{eventid}" } } }`,
    ],
    host: 'anmeldung.example.com',
    target: '/ereg/newreg.php?eventid=4711',
  },
  'a wrong case-sensitive path': {
    rules: [
      API,
      `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" }, caseSensitive: true } }`,
    ],
    target: '/Ereg/NewReg.php?eventid=4711',
  },
  'a key in another case': {
    rules: [
      API,
      `{ ${REGISTRATION}, match: { path: /ereg/*, query: { eventid: "{eventid}" }, caseSensitive: true } }`,
    ],
    target: '/ereg/newreg.php?lang=de&EventID=4711',
  },
  'an encoded key in another order': {
    rules: [API, `{ ${REGISTRATION}, match: { path: /ereg/*, query: { src: web, eventid: "{eventid}" } } }`],
    target: '/ereg/newreg.php?src=mail&event%69d=47%311',
  },
  'a rule in the wrong order': {
    rules: [API, '{ name: all forms, match: { path: /ereg/* }, room: platform }', ANYWHERE],
    target: '/ereg/newreg.php?eventid=4711',
  },
  'a bypass that is too wide': {
    rules: [API, '{ name: pages, match: { path: "/ereg/*" }, action: bypass }', ANYWHERE],
    target: '/ereg/newreg.php?eventid=4711',
  },
  'a bypass for assets that is too wide': {
    rules: [API, '{ name: pages, match: { path: "/ereg/*" }, action: bypass, class: asset }', ANYWHERE],
    target: '/ereg/newreg.php?eventid=4711',
    launches: [
      '{ name: summit, room: event-4711, opensAt: 2026-12-01T15:00:00Z, addresses: ["https://register.example.com/ereg/newreg.php?eventid=4711"] }',
    ],
  },
  'a bypass for assets that is too wide, and no launch': {
    rules: [API, '{ name: pages, match: { path: "/*.php" }, action: bypass, class: asset }', ANYWHERE],
    target: '/ereg/newreg.php?eventid=4711',
  },
  'an empty capture': { rules: [API, ANYWHERE], target: '/ereg/start.php?eventid=' },
  'a path of the mobile API': { rules: [API, ANYWHERE], target: '/m/api/v2/events/4711/register' },
  'a key of the mobile API': { rules: [API, ANYWHERE], target: '/api/mobile/register?event=4711' },
};

for (const [title, { rules, host = HOST, target, launches = [] }] of Object.entries(FAULTS))
  describe(title, () => {
    const config = configOf({ rules, launches });
    const random = seeded(7);
    const gate = playGate(settingsOf(config), random);
    let situation = situationOf(config, []);
    const play = (seconds: number, surge: number) => {
      for (let second = 0; second < seconds; second++) {
        playSecond(gate, random);
        for (let i = 0; i < surge; i++) gate.ask({ host, target });
        gate.pass(1_000);
      }
    };
    const look = (): Analysis => analyse({ ...situation, windows: [gate.traffic.window()] });
    const ofTarget = ({ found }: Analysis) =>
      found.filter(
        ({ evidence }) =>
          evidence.host === host &&
          evidence.examples.some((one) => target.startsWith(one.split('?')[0] ?? '')),
      );

    it('is found within 10 s of a surge, and its proposal leaves nothing unqueued', () => {
      play(60, 0);
      play(10, 100);
      const finding = ofTarget(look())[0];
      expect(
        finding,
        look()
          .found.map(({ summary }) => summary)
          .join('\n'),
      ).toBeDefined();
      const proposed = finding?.proposedRule?.config ?? '';
      expect(proposed, finding?.summary).not.toBe('');
      situation = situationOf(proposed, []);
      gate.follow(situation.settings);
      play(5, 100);
      expect(ofTarget(look())).toEqual([]);
      expect(look().gate.unqueuedShare).toBe(0);
    });
  });
