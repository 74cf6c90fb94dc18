/** What a gateway saw becomes a window: each answer once, by its route, in a bounded number of routes; a window never changes. */
import { describe, expect, it } from 'vitest';
import { createSampler } from '../../gateway/release/sampler.ts';

const GAUGES = {
  ...{ inFlight: { now: 0, most: 0, mean: 0 }, queued: 0, shed: {}, oldestMs: 0, longRunning: 0 },
  ...{ connections: 0, targets: { up: 1, all: 1 } },
};
const PARTS = { gauges: () => GAUGES, isTold: () => false, upstreamOf: () => 'platform' };

const sampler = () => {
  const made = createSampler('one', 0, 41);
  made.upstream('platform');
  return made;
};

describe('a window', () => {
  it('counts answers, errors and empty ones by route, and the next one begins at nothing', () => {
    const seen = sampler();
    const login = seen.route('platform', 'POST /api/login', 'api');
    const page = seen.route('platform', 'GET /events/{id}', 'registration');
    login.answered(3);
    login.wasEmpty();
    page.answered(100);
    page.answered(200);
    page.failed();
    const { gateway, window, upstreams } = seen.take(500, PARTS);
    expect([gateway, window]).toEqual(['one', 41]);
    const { routes, ...sums } = upstreams.platform!;
    expect(sums).toMatchObject({ spanMs: 500, answers: 4, errors: 1, empties: 1 });
    expect(
      routes.map(({ route, answers, errors, empties, totalMs }) => [
        route,
        answers,
        errors,
        empties,
        totalMs,
      ]),
    ).toEqual([
      ['POST /api/login', 1, 0, 1, 3],
      ['GET /events/{id}', 3, 1, 0, 300],
    ]);
    expect(routes[1]!.latency.reduce((sum, count) => sum + count, 0)).toBe(2);
    page.answered(50);
    expect(routes[1]!.answers).toBe(3);
    expect(seen.take(1_000, PARTS)).toMatchObject({ window: 42, upstreams: { platform: { answers: 1 } } });
  });

  it('tells of the busiest routes, and of all others as one', () => {
    const seen = sampler();
    for (let route = 0; route < 500; route++)
      for (let times = 0; times <= (route < 10 ? 5 : 0); times++)
        seen.route('platform', `GET /${route}`, 'registration').answered(1);
    const { routes, answers } = seen.take(500, PARTS).upstreams.platform!;
    expect([routes.length, answers]).toEqual([20, 550]);
    expect(routes.slice(0, 10).filter(({ route }) => route === 'other')).toHaveLength(1);
  });

  it('gives the place of a route that nobody asks for to another, and whoever kept its counter hears of that', () => {
    const seen = sampler();
    const old = seen.route('platform', 'GET /old', 'registration');
    for (let window = 0; window < 240; window++) seen.take(window * 500, PARTS);
    expect(old.isGone).toBe(true);
    expect(seen.route('platform', 'GET /old', 'registration')).not.toBe(old);
  });

  it('tells of rooms with newcomers, and of those that wait or are held', () => {
    const seen = sampler();
    seen.room('quiet');
    seen.room('held');
    const busy = seen.room('busy');
    busy.upstream = 'platform';
    busy.newcomer(100);
    busy.admitted++;
    const { rooms } = seen.take(500, { ...PARTS, isTold: (room) => room === 'held' });
    const nothing = { newcomers: 0, admitted: 0, requests: 0 };
    expect(rooms).toEqual({
      busy: { ...nothing, upstream: 'platform', newcomers: 1, admitted: 1 },
      held: { ...nothing, upstream: 'platform' },
    });
  });

  it('tells of a thousand rooms, the busiest of more', () => {
    const seen = sampler();
    for (let room = 0; room < 1_500; room++) seen.room(`event-${room}`).requests++;
    seen.room('event-1499').newcomer(100);
    const { rooms } = seen.take(500, PARTS);
    expect([Object.keys(rooms).length, rooms['event-1499']?.newcomers]).toEqual([1_000, 1]);
  });

  it('keeps a bounded number of rooms, whatever names are asked for', () => {
    const seen = sampler();
    for (let room = 0; room < 12_000; room++) seen.room(`by-${room}`).requests++;
    expect([seen.room('by-0').requests, seen.room('by-11999').requests]).toEqual([1, 0]);
  });

  it('finds anew where a room’s requests go once the rules are other ones', () => {
    const seen = sampler();
    const room = seen.room('event');
    const told = (upstream: string) => {
      room.requests++;
      return seen.take(500, { ...PARTS, upstreamOf: () => upstream }).rooms.event!.upstream;
    };
    expect([told('old'), told('new')]).toEqual(['old', 'old']);
    seen.forgetUpstreams();
    expect(told('new')).toBe('new');
  });

  it('forgets an upstream that is configured no more', () => {
    const seen = sampler();
    expect(Object.keys(seen.take(500, { ...PARTS, gauges: () => null }).upstreams)).toEqual([]);
  });
});

it('newcomers of the last second slide', () => {
  const room = sampler().room('a');
  for (let ms = 0; ms < 1_000; ms += 10) room.newcomer(ms);
  expect(room.lastSecond(999)).toBe(100);
  expect(room.lastSecond(1_450)).toBe(50);
  expect(room.lastSecond(5_000)).toBe(0);
  room.newcomer(5_001);
  expect(room.lastSecond(5_001)).toBe(1);
});
