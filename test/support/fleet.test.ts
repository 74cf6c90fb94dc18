import { expect, test } from 'vitest';
import { startFleet } from './fleet.ts';
import { startRedis } from './redis-server.ts';

test('visitors of three gateways with one Redis stand in one line, and one that is killed is not asked', async () => {
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: '{ limits: { sessions: 5, submitReserve: 0 } }',
  });
  const records = await fleet.crowd({
    count: 15,
    overMs: 300,
    seed: 3,
    plan: (_, index) => ({
      kind: 'browser',
      address: '/ereg/newreg.php?eventid=4711',
      account: `visitor-${index}`,
      givesUpAfterPolls: null,
      stayMs: 100,
      fillsForm: false,
      leaves: true,
      retries: 3,
      patienceMs: 30_000,
    }),
  }).done;
  expect(records.map(({ outcome }) => outcome)).toEqual(records.map(() => 'left'));
  expect(new Set(records.map(({ number }) => number)).size).toBe(15);
  expect((await fleet.platform.stats()).sessions.most).toBeLessThanOrEqual(5);
  await fleet.gateways[0]!.kill();
  expect(fleet.live()).toHaveLength(2);
  await fleet.gateways[0]!.restart();
  expect(fleet.live()).toHaveLength(3);
  await fleet.stop();
});
