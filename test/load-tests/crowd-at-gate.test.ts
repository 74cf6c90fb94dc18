import { expect, test } from 'vitest';
import { sendCrowd } from '../../load-tests/visitors/crowd.ts';
import * as laws from '../../load-tests/visitors/laws.ts';
import type { Random, VisitorPlan } from '../../load-tests/visitors/words.ts';
import { startGateway } from '../support/gateway-process.ts';
import { startPlatformProcess } from '../support/platform-process.ts';

const SESSIONS = 12;

const config = (platform: string) => `
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
  event-4711:
    limits: { sessions: ${SESSIONS} }
    session: { idleSeconds: 60 }
    claimSeconds: 4
  site: {}
rules:
  - { name: registration, match: { path: "/ereg/*", query: { eventid: "4711" } }, room: event-4711 }
default: { room: site, upstream: platform }
`;

/** Two in five never come, one in five is a program. */
function plan(random: Random): VisitorPlan {
  return {
    ...(random() < 0.2 ? { kind: 'program', joinsFirst: 'event-4711' } : { kind: 'browser' }),
    address: '/ereg/newreg.php?eventid=4711',
    givesUpAfterPolls: random() < 0.4 ? Math.floor(random() * 3) : null,
    stayMs: 200,
    fillsForm: random() < 0.5,
    leaves: true,
    retries: 5,
    patienceMs: 10_000,
  };
}

test('a crowd of browsers and programs gets in by turn, within the limit by the platform’s own books', async () => {
  const platform = await startPlatformProcess();
  await platform.setMode({ queryMs: 1 });
  const gateway = await startGateway({ config: config(platform.url) });
  const records = await sendCrowd({ base: gateway.url, count: 40, overMs: 500, seed: 11, plan }).done;

  expect(laws.turnedAway(records)).toEqual([]);
  expect(laws.grownPositions(records)).toEqual([]);
  expect(laws.sharedNumbers(records)).toEqual([]);
  expect(laws.changedNumbers(records)).toEqual([]);
  expect(laws.calledOutOfOrder(records)).toEqual([]);
  expect(records.filter(({ outcome }) => outcome === 'thrown-out')).toEqual([]);
  expect((await platform.stats()).sessions.most).toBeLessThanOrEqual(SESSIONS);
});
