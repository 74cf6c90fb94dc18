/** Everybody at once at a real gate: each kind gets what it came for, and laws and limits hold. */
import { expect, test } from 'vitest';
import type { Arrivals } from '../../../load-tests/rehearse/visitor-words.ts';
import { startGateway } from '../../support/gateway-process.ts';
import { startPlatformProcess } from '../../support/platform-process.ts';
import { ADDRESS, groupOf, HOST, load, planOf, targetOf } from './a-load.ts';

const SESSIONS = 12;

const config = (platform: string) => `
listen: { trustedProxies: [127.0.0.1/32] }
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
  event-4711:
    limits: { sessions: ${SESSIONS} }
    session: { idleSeconds: 60 }
    claimSeconds: 4
  site: { limits: { sessions: 1000 } }
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass, class: asset }
  - { name: staff, match: { path: /admin/* }, action: bypass, class: staff }
  - { name: api, match: { path: /api/* }, room: site, class: api }
  - { name: registration, match: { path: "/ereg/*", query: { eventid: "4711" } }, room: event-4711 }
default: { room: site, upstream: platform }
`;

const within = (seconds: number, visitors: number): Arrivals => ({
  ...{ shape: 'step', fromSeconds: 0, untilSeconds: seconds, perMinute: (visitors / seconds) * 60 },
});
const at = (path: string) => [{ url: `http://${HOST}${path}`, weight: 1 }];

const PEOPLE = groupOf({
  arrivals: within(1, 40),
  addresses: [{ url: ADDRESS, weight: 1 }],
  behaviour: {
    ...{ stay: { least: 0.2, most: 0.4 }, fillsForm: true, leaves: true, loadsAssets: true, retries: 5 },
    ...{ noShowShare: 0.2, twoTabsShare: 0.3, backButtonShare: 0.3, sleepers: { share: 0.2, forSeconds: 6 } },
  },
});
const PROGRAMS = groupOf({
  ...{ name: 'programs', kind: 'program', arrivals: within(1, 8) },
  behaviour: { leaves: true, retries: 5 },
});
const PHONES = groupOf({
  ...{
    name: 'phones',
    kind: 'mobile',
    arrivals: within(2, 10),
    addresses: at('/api/attendees?eventid=4711'),
  },
});
const STAFF = groupOf({
  name: 'staff',
  kind: 'staff',
  arrivals: within(2, 4),
  addresses: at('/admin/attendees'),
});
const BOTS = groupOf({
  ...{ name: 'bots', kind: 'bot', arrivals: within(1, 2) },
  behaviour: { numbers: 4, comesWhenCalled: false },
});

test('people with whims, programs, phones, staff and bots at one gate: places and order hold, and the limit by the platform’s books', async () => {
  const platform = await startPlatformProcess({ integrated: true });
  await platform.setMode({ queryMs: 1 });
  const gate = await startGateway({ config: config(platform.url) });
  const sent = await load(planOf([PEOPLE, PROGRAMS, PHONES, STAFF, BOTS]), targetOf(gate.url), {
    workers: 2,
  });
  const { figures, laws, waitsMs, draw } = await sent.done;

  const { people, programs, phones, staff, bots } = figures.groups;
  expect(people).toMatchObject({ came: 40, gone: 40, thrownOut: 0, gaveUp: 0, stopped: 0 });
  expect(people!.registered + people!.noShows).toBe(40);
  expect(people!.queued).toBeGreaterThan(20);
  expect(programs).toMatchObject({ came: 8, left: 8 });
  expect(phones).toMatchObject({ came: 10, left: 10 });
  expect(staff).toMatchObject({ came: 4, left: 4, queued: 0 });
  expect(bots).toMatchObject({ came: 2, noShows: 2, admitted: 0 });
  expect(figures.requests).toMatchObject({ loginsTried: 10, loginsAnswered: 10, emptyAnswers: 0 });
  for (const [name, { examples }] of Object.entries(laws)) expect(examples, name).toEqual([]);
  const { sessions, registrations } = await platform.stats();
  expect(registrations['4711']).toBe(people!.registered);
  // Programs that come while nobody waits are served without a session of the gate.
  expect(sessions.most).toBeLessThanOrEqual(SESSIONS + programs!.came);
  expect(waitsMs.people).toHaveLength(people!.admitted);
  expect(draw.filter(({ group }) => group === 'people').length).toBeGreaterThan(20);
});
