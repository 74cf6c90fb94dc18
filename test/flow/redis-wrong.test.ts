/** A Redis that becomes what it must not be while gateways run: the log says what and how to mend it, and everybody keeps the place. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, HOST, startFleet } from '../support/fleet.ts';
import { ask, visitor } from '../support/http-client.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { roomAt, untilAnswered } from '../support/room-client.ts';

const SOON = { interval: 100, timeout: 60_000 };

describe('while it runs, a Redis goes wrong: the log says how, and nobody loses a place', () => {
  let redis: RedisServer;
  let fleet: Fleet;

  beforeAll(async () => {
    redis = await startRedis();
    fleet = await startFleet({
      gateways: 2,
      store: `{ kind: redis, url: "${redis.url}" }`,
      room: '{ limits: { sessions: 2, submitReserve: 0 } }',
    });
  });

  const [first, second] = [0, 1].map((index) => () => fleet.gateways[index]!.url) as [
    () => string,
    () => string,
  ];
  const person = (at = first) => visitor(at(), { host: HOST });
  const address = (event: string) => `/ereg/newreg.php?eventid=${event}`;
  const state = async (event: string, at: () => string) =>
    (await roomAt(at(), `event-${event}`).status()).state;

  /** Two inside, two who wait, at either gateway. */
  async function fill(event: string) {
    const all = [person(first), person(second), person(first), person(second)];
    const states = [];
    for (const who of all) states.push((await who.open(address(event))).state);
    expect(states).toEqual(['admitted', 'admitted', 'waiting', 'waiting']);
    const [one, other, third, fourth] = all as [
      (typeof all)[0],
      (typeof all)[0],
      (typeof all)[0],
      (typeof all)[0],
    ];
    return { inside: [one, other], line: [third, fourth] } as const;
  }

  /** What each trouble does to a room with a line. */
  async function throughTrouble(
    event: string,
    wrong: () => Promise<unknown>,
    mend: () => Promise<unknown>,
    told: RegExp,
  ) {
    const { inside, line } = await fill(event);
    const room = `event-${event}`;
    const before = await Promise.all(line.map((who) => roomAt(first(), room).placeOf(who)));
    await wrong();
    for (const at of [first, second]) await expect.poll(() => state(event, at), SOON).toBe('held');
    for (const who of inside) expect((await who.open('/ereg/step/2')).state).toBe('admitted');
    for (const [index, who] of line.entries()) {
      expect((await who.open(address(event))).state).toBe('held');
      const { number, position } = await roomAt(first(), room).placeOf(who);
      expect([number, position]).toEqual([before[index]!.number, before[index]!.position]);
    }
    const late = person(second);
    expect((await late.open(address(event))).state).toBe('held');
    await expect
      .poll(() => fleet.gateways.map((gateway) => told.test(gateway.output())), SOON)
      .toEqual([true, true]);
    const ready = await ask(`${fleet.gateways[0]!.metricsUrl}/ready`);
    expect([ready.status, ready.json().store]).toEqual([200, 'lost']);

    await mend();
    for (const at of [first, second]) await expect.poll(() => state(event, at), SOON).toBe('engaged');
    // The platform first: its books must not show the next one beside this one.
    await inside[0].send('/ereg/leave', { method: 'POST' });
    await roomAt(first(), room).leaveAs(inside[0]);
    await untilAnswered(() => line[0].open(address(event)), 'admitted');
    const numbers = [];
    for (const who of [line[1], late]) {
      await untilAnswered(() => who.open(address(event)), 'waiting');
      numbers.push((await roomAt(first(), room).placeOf(who)).number);
    }
    expect(numbers).toEqual([before[1]!.number, before[1]!.number + 1]);
    expect((await inside[1].open('/ereg/step/2')).state).toBe('admitted');
    expect((await fleet.platform.stats()).byEvent[event]!.most).toBe(2);
  }

  it('maxmemory is reached, and raised', async () => {
    await throughTrouble(
      '1',
      () => redis.cli('config', 'set', 'maxmemory', '1kb'),
      () => redis.cli('config', 'set', 'maxmemory', '0'),
      /maxmemory: Redis has reached it and refuses to write; raise maxmemory/,
    );
  });

  it('it is made a replica, and a primary again', async () => {
    await throughTrouble(
      '2',
      () => redis.cli('replicaof', '127.0.0.1', '1'),
      () => redis.cli('replicaof', 'no', 'one'),
      /store\.url: .* is a read-only replica of 127\.0\.0\.1:1/,
    );
  });

  it('it is given a password that nobody knows', async () => {
    await throughTrouble(
      '3',
      async () => {
        await redis.cli('config', 'set', 'requirepass', 'sesame');
        await redis.cli('-a', 'sesame', '--no-auth-warning', 'client', 'kill', 'type', 'normal');
      },
      () => redis.cli('-a', 'sesame', '--no-auth-warning', 'config', 'set', 'requirepass', ''),
      /store\.password: .* refuses it/,
    );
  });

  it('another program takes one of a room’s keys: that room says so, the others go on', async () => {
    await fill('9');
    const key = 'hg:{event-4}:returners';
    await throughTrouble(
      '4',
      () => redis.cli('set', key, 'mine'),
      async () => {
        expect([await state('9', first), await state('9', second)]).toEqual(['engaged', 'engaged']);
        await redis.cli('del', key);
      },
      /hg:\{event-4\}:returners is a string, not Headgate’s zset: another program uses the same names. Set store\.prefix/,
    );
  });
});
