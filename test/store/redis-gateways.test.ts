/** Many gateways, one Redis: one line, and what the others keep when one of them, or Redis, forgets. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RoomView, TicketFacts } from '../../gateway/line/words.ts';
import type { RedisStore } from '../../gateway/store/redis.ts';
import { StoreLost } from '../../gateway/store/store.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { HOUR_MS, type LawChange, lawOf } from './law.ts';
import { type OpenedGateway, type RedisStage, redisStage } from './redis-stage.ts';

const room = 'event-1';
let server: RedisServer;
let stage: RedisStage;
let one: OpenedGateway;
let two: OpenedGateway;

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(async () => {
  stage = await redisStage(server);
  one = await stage.open('one');
  two = await stage.open('two');
});
afterEach(() => stage.close());

async function configure(change: LawChange, ...gateways: OpenedGateway[]): Promise<void> {
  for (const { store } of gateways.length > 0 ? gateways : [one, two])
    await store.configure(room, lawOf(change), 1);
}
async function tick(ms: number, ...gateways: OpenedGateway[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    await stage.clock.advance(500);
    for (const { store } of gateways) await store.call(room);
  }
}
const people = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const view = ({ store }: { store: RedisStore }) => store.view(room) as RoomView;
async function ticketsOf(gateway: OpenedGateway, ids: string[]): Promise<TicketFacts[]> {
  const answer = await gateway.store.join(room, 'default', ids);
  if (answer.kind !== 'joined') throw new Error(`nobody joined: ${answer.state}`);
  const { lane, epoch, serving, first } = answer;
  const expiresAt = answer.view.at + 48 * HOUR_MS;
  return ids.map((id, index) => ({ id, lane, epoch, serving, number: first + index, expiresAt }));
}
/** Somebody comes and goes: nobody would miss the room afterwards. */
async function spent(id: string): Promise<void> {
  const [ticket] = await ticketsOf(one, [id]);
  await tick(500, one, two);
  await one.store.leave(room, id, 'left', ticket);
  await tick(500, one, two);
}
/** Redis refuses one tick: the room has lost its store. */
async function unheard({ store }: OpenedGateway): Promise<void> {
  await server.client.config('SET', 'maxmemory', '1');
  await expect(store.call(room)).rejects.toThrow(StoreLost);
  await server.client.config('SET', 'maxmemory', '0');
  expect(store.isLost(room)).toBe(true);
}

describe('many gateways, one line', () => {
  it('numbers are given once, whoever asks', async () => {
    await configure({ limits: { sessions: 0 } });
    const tickets = await Promise.all(
      people(100, 'v').map((id, index) => ticketsOf(index % 2 ? one : two, [id, `${id}-2`])),
    );
    const numbers = tickets.flat().map(({ number }) => number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it('a ticket claimed at both at once is one session, and a limit is a limit for both together', async () => {
    await configure({ limits: { sessions: 3 } });
    const tickets = await ticketsOf(one, people(20, 'v'));
    for (let round = 0; round < 5; round += 1) {
      await tick(1000, one, two);
      await Promise.all(
        tickets.flatMap((ticket) => [one, two].map(({ store }) => store.claim(room, ticket))),
      );
      expect(view(one).sessions).toBeLessThanOrEqual(3);
    }
    expect(view(two).admissions).toBe(3);
  });

  it('who left by one is refused by the other within its next tick', async () => {
    await configure({ limits: { sessions: 3 } });
    const [ticket] = await ticketsOf(one, ['a']);
    await tick(500, two);
    await one.store.leave(room, 'a', 'left', ticket);
    await tick(500, two);
    expect(view(two).endedSessions).toEqual(['a']);
  });

  it('a law that one was told is every gateway’s', async () => {
    await configure({ limits: { sessions: 3 } });
    await one.store.configure(room, lawOf({ limits: { sessions: 7 } }), 2);
    await tick(500, two);
    expect(view(two)).toMatchObject({ revision: 2, limits: { sessions: 7 } });
  });
});

describe('a quiet room', () => {
  const hasNews = ({ store }: OpenedGateway) => store.hasNews(room);

  it('is news to a gateway when another one did something to it, and not because it was ticked', async () => {
    await configure({ limits: { sessions: 3 } });
    await hasNews(two);
    await tick(2000, one, two);
    expect(await hasNews(two)).toBe(false);
    await ticketsOf(one, ['a']);
    expect(await hasNews(two)).toBe(true);
    expect(await hasNews(two)).toBe(false);
  });

  it('that one gateway forgot is not made anew by another’s tick, and counts no loss in its next life', async () => {
    await configure({ limits: { sessions: 3 } });
    await spent('a');
    expect(await one.store.forget(room)).toBe(true);
    await tick(3000, two);
    expect(await server.client.exists(`hg:{${room}}:sessions`)).toBe(0);
    await ticketsOf(two, ['b']);
    expect(view(two)).toMatchObject({ epoch: 2, issued: 1, losses: 0, holdUntil: 0 });
  });

  it('that another gateway forgot takes its next visitor at once, before any tick has told of it', async () => {
    await configure({ limits: { sessions: 3 } });
    await spent('a');
    expect(await one.store.forget(room)).toBe(true);
    const answer = await two.store.join(room, 'default', ['b']);
    expect(answer).toMatchObject({ epoch: 2, first: 1, sessions: [{ id: 'b' }] });
    expect(view(two)).toMatchObject({ losses: 0, holdUntil: 0 });
  });

  it('that is made anew while it is being forgotten is there afterwards', async () => {
    await configure({ limits: { sessions: 3 } });
    await spent('a');
    const forgotten = one.store.forget(room);
    await configure({ limits: { sessions: 3 } }, one);
    expect(await forgotten).toBe(true);
    expect(view(one)).toMatchObject({ epoch: 2, losses: 0, holdUntil: 0 });
    expect((await ticketsOf(one, ['b']))[0]!.number).toBe(1);
  });

  it('that was forgotten does not come back as it was when this gateway started', async () => {
    await configure({ limits: { sessions: 3 } });
    await spent('a');
    await one.store.stop();
    const again = await stage.open('one', one.remembers());
    await configure({ limits: { sessions: 3 } }, again);
    await tick(4000, again, two);
    expect(await again.store.forget(room)).toBe(true);
    await configure({ limits: { sessions: 3 } }, again);
    expect(view(again)).toMatchObject({ epoch: 2, issued: 0, losses: 0, holdUntil: 0 });
  });

  it('that was lost, and forgotten meanwhile, is lost no longer', async () => {
    await configure({ limits: { sessions: 3 } });
    await spent('a');
    await unheard(two);
    expect(await one.store.forget(room)).toBe(true);
    await tick(1000, two);
    expect(two.store.isLost(room)).toBe(false);
    expect((await ticketsOf(two, ['b']))[0]!.number).toBe(1);
  });

  it('that nobody ever came to has its store again when an empty one is back', async () => {
    await configure({ limits: { sessions: 3 } });
    await unheard(one);
    await stage.flush();
    await tick(1000, one);
    expect(one.store.isLost(room)).toBe(false);
    expect((await ticketsOf(one, ['a']))[0]!.number).toBe(1);
  });

  it('that nobody came to gets the seats back that it was told of, by who had heard of it', async () => {
    await configure({ limits: { sessions: 3, seats: 9 } });
    await one.store.setSeats(room, 4);
    await tick(500, one, two);
    await stage.flush();
    await tick(500, two);
    await ticketsOf(one, ['a']);
    expect(view(one).seatsLeft).toBe(4);
  });

  it('that nobody came to stays as an operator left it when Redis forgets everything', async () => {
    await configure({ limits: { sessions: 3 } });
    const until = view(one).at + HOUR_MS;
    await one.store.operate(room, { kind: 'offline', until });
    await tick(500, one, two);
    await stage.flush();
    await tick(500, two);
    await ticketsOf(one, ['a']);
    expect(view(one)).toMatchObject({ state: 'offline', stateUntil: until, sessions: 0 });
  });

  it('that lost something while a gateway was away is told that gateway’s leases all the same', async () => {
    await configure({ limits: { sessions: 3 } });
    await ticketsOf(two, ['a']);
    await two.store.touch(room, [{ id: 'a', how: 'active' }]);
    await server.client.flushall();
    await configure({ limits: { sessions: 3 } }, one);
    await tick(10_000, one);
    await tick(500, two);
    expect(view(two)).toMatchObject({ sessions: 1, issued: 1 });
  });
});

describe('a gateway that is not heard of any more', () => {
  it('is named in the views, and what is left is shared with it', async () => {
    await configure({ limits: { sessions: 10 } });
    await tick(2000, one, two);
    await tick(4000, one);
    expect(one.silent).toEqual(['two']);
    expect(await joinedAtOnce(10)).toBe(5);
  });

  it('found dead takes nothing along', async () => {
    await configure({ limits: { sessions: 10 } });
    await tick(2000, one, two);
    await tick(4000, one);
    one.gone.push('two');
    await tick(500, one);
    expect(view(one).silent).toEqual([]);
    expect(await joinedAtOnce(10)).toBe(10);
  });

  it('that ended in good order takes nothing along either', async () => {
    await configure({ limits: { sessions: 10 } });
    await tick(2000, one, two);
    await two.store.stop();
    await tick(4000, one);
    expect(view(one).silent).toEqual([]);
    expect(await joinedAtOnce(10)).toBe(10);
  });

  const joinedAtOnce = async (count: number) => {
    const answer = await one.store.join(room, 'default', people(count, 'new'));
    return answer.kind === 'joined' ? answer.sessions.length : 0;
  };
});

describe('a Redis that forgot everything', () => {
  /** Five inside by gateway one, seen by both; the rest waits. */
  const launched = async () => {
    await configure({ limits: { sessions: 5 } });
    const tickets = await ticketsOf(one, people(50, 'v'));
    const inside = tickets.slice(0, 5).map(({ id }) => ({ id, how: 'active' as const }));
    await one.store.touch(room, inside);
    await tick(500, one, two);
    return tickets;
  };

  it('gets numbers, order and sessions back, and lets nobody in beyond the limit', async () => {
    const tickets = await launched();
    await stage.flush();
    await tick(10_000, one, two);
    expect(view(one)).toMatchObject({ issued: 50, serving: 5, sessions: 5 });
    for (const ticket of tickets) await two.store.claim(room, ticket);
    expect(view(two).sessions).toBe(5);
    expect((await ticketsOf(two, ['late']))[0]!.number).toBe(51);
  });

  it('calls again within 10 s, the next in line', async () => {
    const tickets = await launched();
    await stage.flush();
    await tick(500, one, two);
    await one.store.leave(room, 'v0', 'left', tickets[0]);
    await tick(9500, one, two);
    expect((await two.store.claim(room, tickets[6]!)).kind).toBe('waiting');
    expect((await two.store.claim(room, tickets[5]!)).kind).toBe('admitted');
  });

  it('still knows a silent visitor whose own gateway was killed: the other one had heard of the lease', async () => {
    const tickets = await launched();
    await tick(240_000, two);
    await stage.flush();
    await tick(10_000, two);
    expect(view(two).sessions).toBe(5);
    const { leases } = await two.store.touch(room, [{ id: tickets[0]!.id, how: 'active' }]);
    expect(leases[0]).not.toBeNull();
  });

  it('is told by a gateway’s disk alone, where every gateway was killed too', async () => {
    const tickets = await launched();
    const disk = two.remembers();
    await stage.flush();
    await stage.clock.advance(5_000);
    const again = await stage.open('two', disk);
    await configure({ limits: { sessions: 5 } }, again);
    await tick(5_000, again);
    expect(view(again)).toMatchObject({ issued: 50, serving: 5, sessions: 5 });
    expect((await again.store.claim(room, tickets[5]!)).kind).toBe('waiting');
  });
});
