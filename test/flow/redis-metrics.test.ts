/** What a gateway on Redis tells of its store: latency, commands, losses, lifts, held seconds and overshoot move when the store is lost. */
import { expect, it } from 'vitest';
import { type Fleet, HOST, startFleet } from '../support/fleet.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { startRedis } from '../support/redis-server.ts';
import { untilAnswered } from '../support/room-client.ts';

const SOON = { interval: 100, timeout: 60_000 };
const SHARE = '/ereg/newreg.php?eventid=1';
const OPEN = '/ereg/newreg.php?eventid=2';

it('metrics of the store move when it is lost, empty, and back', async () => {
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: 1,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: '{ limits: { sessions: 2, submitReserve: 0 } }',
    rooms: { 'event-2': '{ limits: { sessions: 1, submitReserve: 0 }, onStoreLoss: open }' },
  });
  const [gate] = fleet.gateways as [GatewayProcess];
  const person = (at = gate) => visitor(at.url, { host: HOST });
  const enter = async (path: string) => (await person().open(path)).state;
  expect([await enter(SHARE), await enter(OPEN)]).toEqual(['admitted', 'admitted']);
  // Losses are counted from a room's first tick.
  await expect
    .poll(async () => (await figuresOf(gate))['headgate_store_call_seconds_count{call="call"}'], SOON)
    .toBeGreaterThan(6);
  const before = await figuresOf(gate);
  expect(before).toMatchObject({ headgate_store_up: 1, headgate_store_losses_total: 0 });
  expect(before.headgate_store_commands_total).toBeGreaterThan(
    before['headgate_store_call_seconds_count{call="join"}']!,
  );
  expect(before['headgate_store_call_seconds_sum{call="join"}']).toBeGreaterThan(0);

  await redis.kill();
  await expect.poll(async () => (await figuresOf(gate)).headgate_store_up, SOON).toBe(0);
  const late = person();
  expect([await enter(SHARE), (await late.open(SHARE)).state]).toEqual(['admitted', 'held']);
  expect([await enter(OPEN), await enter(OPEN)]).toEqual(['admitted', 'admitted']);
  await redis.restart();

  await untilAnswered(() => late.open(SHARE), 'waiting');
  const after = await expect
    .poll(() => figuresOf(gate), SOON)
    .toMatchObject({ headgate_store_up: 1, 'headgate_store_overshoot{room="event-2"}': 2 })
    .then(() => figuresOf(gate));
  expect(after).toMatchObject({
    'headgate_store_share_sessions_total{room="event-1"}': 1,
    'headgate_store_share_sessions_total{room="event-2"}': 2,
    'headgate_store_provisional_total{room="event-1"}': 1,
    'headgate_store_overshoot{room="event-1"}': 0,
  });
  for (const name of [
    'headgate_store_held_seconds_total{room="event-1"}',
    'headgate_store_redeemed_total{room="event-1"}',
    'headgate_store_losses_total',
  ])
    expect(after[name], name).toBeGreaterThan(0);
  expect(after.headgate_store_commands_total).toBeGreaterThan(before.headgate_store_commands_total!);

  // A gateway without a memory learns from a ticket how far the line was.
  await gate.kill();
  await redis.cli('FLUSHALL');
  const fresh = await withoutMemory(fleet);
  for (const [name, value] of late.jar) {
    const there = person(fresh);
    there.jar.set(name, value);
    await there.open(SHARE);
  }
  expect((await figuresOf(fresh)).headgate_store_lifts_total).toBeGreaterThan(0);
});

function withoutMemory(fleet: Fleet): Promise<GatewayProcess> {
  return startGateway({ config: fleet.config(0) });
}

/** Every sample of the metrics port by its name and labels. */
async function figuresOf({ metricsUrl }: GatewayProcess): Promise<Record<string, number>> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const samples = text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/gm);
  return Object.fromEntries([...samples].map(([, name, value]) => [name, Number(value)]));
}
