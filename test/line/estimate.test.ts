/** What a visitor is told: a position that never grows, a wait as an honest band, and when to ask again (rules 4, 5). */
import { expect, test } from 'vitest';
import {
  expectedWait,
  pollAcrossOpening,
  pollAfterSeconds,
  shownPosition,
  waitIn,
} from '../../gateway/line/estimate.ts';
import { Play } from './play.ts';

const limits = (sessions: number | null, admissionsPerMinute: number | null) => ({
  cost: 0.5,
  limits: { sessions, admissionsPerMinute, seats: null, submitReserve: 0 },
  rate: { factor: 1, perMinute: null },
});

test('a position never grows between gateways that differ, and never falls below the front', () => {
  expect(shownPosition(100, 40, 0)).toBe(60);
  expect(shownPosition(100, 30, 40)).toBe(60);
  expect(shownPosition(100, 120, 40)).toBe(0);
});

test('the poll interval grows with the distance, from 2 to 30 s', () => {
  const seconds = [0, 50, 200, 500, 5000, 1_000_000].map((distance) =>
    pollAfterSeconds(distance, limits(100, null), 0.5),
  );
  expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  expect([seconds[0], seconds.at(-1)]).toEqual([2, 25]);
});

test.each([0, 0.5, 1])('jitter of 20 %% keeps everybody within 2 and 30 s (dice at %f)', (random) => {
  for (const distance of [0, 10, 100, 1000, 100_000]) {
    const seconds = pollAfterSeconds(distance, limits(100, 600), random);
    expect(seconds).toBeGreaterThanOrEqual(2);
    expect(seconds).toBeLessThanOrEqual(30);
  }
  const middle = pollAfterSeconds(204, limits(50, null), 0.5);
  expect(pollAfterSeconds(204, limits(50, null), random) / middle).toBeCloseTo(0.8 + 0.4 * random);
});

test('those whom a rate calls within one interval ask one after the other, though they came at one moment', () => {
  const perQuarterSecond = new Map<number, number>();
  for (let place = 5; place <= 26; place++)
    for (let dice = 0.005; dice < 1; dice += 0.01) {
      const quarter = Math.floor(4 * pollAfterSeconds(place, limits(null, 780), dice));
      perQuarterSecond.set(quarter, (perQuarterSecond.get(quarter) ?? 0) + 1);
    }
  const asks = [...perQuarterSecond.values()].reduce((sum, count) => sum + count, 0);
  // Evenly over two seconds it is an eighth.
  expect(Math.max(...perQuarterSecond.values()) / asks).toBeLessThan(0.15);
});

test('the first four look as often as anybody, whatever the rate', () => {
  for (const distance of [0, 1, 4]) expect(pollAfterSeconds(distance, limits(null, 780), 0.5)).toBe(2);
});

test('the slower of the two limits decides, and a limit of 0 is no division by it', () => {
  expect(pollAfterSeconds(104, limits(50, 600), 0.5)).toBeCloseTo(5);
  expect(pollAfterSeconds(104, limits(1000, 60), 0.5)).toBeCloseTo(12.5);
  expect(pollAfterSeconds(104, limits(0, null), 0.5)).toBe(25);
  expect(pollAfterSeconds(104, limits(null, null), 0.5)).toBe(2);
});

const before = (seconds: number, waiting: number) => ({
  at: 1_000_000,
  opensAt: 1_000_000 + seconds * 1_000,
  waiting,
});

test.each([0, 0.5, 0.999])(
  'a question that would fall behind the opening falls soon behind it (dice at %f)',
  (random) => {
    for (const [opensIn, interval] of [
      [1, 2],
      [3, 5],
      [12, 20],
      [24, 25],
    ] as const)
      for (const waiting of [10, 5_000, 100_000]) {
        const seconds = pollAcrossOpening(interval, before(opensIn, waiting), random);
        const latest = opensIn + Math.max(2, waiting / 1_000);
        expect(seconds).toBeGreaterThanOrEqual(Math.max(2, opensIn));
        expect(seconds).toBeLessThanOrEqual(Math.min(30, latest));
      }
  },
);

test('the opening changes no question that is asked before it, or where none is known', () => {
  expect(pollAcrossOpening(5, before(6, 1_000), 0.5)).toBe(5);
  expect(pollAcrossOpening(5, before(-1, 1_000), 0.5)).toBe(5);
  expect(pollAcrossOpening(5, { at: 1, opensAt: null, waiting: 3 }, 0.5)).toBe(5);
});

test('of a hundred thousand who wait for an opening no second after it is asked by more than twice as many as another', () => {
  const perSecond = new Map<number, number>();
  for (let opensIn = 0.05; opensIn < 25; opensIn += 0.05)
    for (let dice = 0.02; dice < 1; dice += 0.04) {
      const second = Math.floor(pollAcrossOpening(25, before(opensIn, 100_000), dice) - opensIn);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
  const asks = [...perSecond.values()].reduce((sum, count) => sum + count, 0);
  // The usual share of a second among 25 is 4 %.
  expect(Math.max(...perSecond.values()) / asks).toBeLessThan(0.08);
});

test('the wait is a band that holds both averages', () => {
  expect(expectedWait(100, { one: 60, five: 60 })).toEqual({ low: 60, high: 150 });
  expect(expectedWait(100, { one: 30, five: 60 })).toEqual({ low: 60, high: 270 });
  expect(expectedWait(0, { one: 60, five: 60 })).toEqual({ low: 0, high: 10 });
});

test('it is unknown where nothing was measured or nothing moves', () => {
  expect(expectedWait(10, { one: null, five: null })).toBeNull();
  expect(expectedWait(10, { one: 0, five: 5 })).toBeNull();
});

test('it does not jitter: small changes of speed and place change no band', () => {
  const bands = [990, 995, 1000, 1005].flatMap((distance) =>
    [59.5, 60, 60.5].map((speed) => JSON.stringify(expectedWait(distance, { one: speed, five: 60 }))),
  );
  expect(new Set(bands).size).toBeLessThanOrEqual(2);
});

test('the speed is measured while somebody waits, and says what the rate allows', () => {
  const play = new Play({ limits: { admissionsPerMinute: 120 } });
  expect(play.view.callsPerMinute).toEqual({ one: null, five: null });
  const tickets = play.join(1000);
  let entered = 4;
  for (let second = 0; second < 240; second++) {
    play.tick(1000);
    for (; entered < play.view.serving; entered++) play.enter(tickets[entered]);
  }
  const { one, five } = play.view.callsPerMinute;
  expect(Math.abs(one! - 120)).toBeLessThan(8);
  expect(Math.abs(five! - 120)).toBeLessThan(12);
});

test('a room that was quiet for a minute says nothing of its next line', () => {
  const play = new Play({ limits: { admissionsPerMinute: 60 } });
  play.join(20);
  play.tick(30_000);
  expect(play.view.callsPerMinute.one).not.toBeNull();
  play.tick(100_000);
  expect(play.view.callsPerMinute.one).toBeNull();
});

test('a rate that was lowered a moment ago is in the wait at once, and in how often to ask; none moves nobody', () => {
  const view = { ...limits(null, 600), cost: 1, callsPerMinute: { one: 600, five: 600 } };
  const slow = { ...view, rate: { factor: 0.1, perMinute: null } };
  expect(waitIn(view, 600)).toEqual(expectedWait(600, { one: 600, five: 600 }));
  expect(waitIn(slow, 600)).toEqual(expectedWait(600, { one: 60, five: 60 }));
  expect(waitIn({ ...view, rate: { factor: 1, perMinute: 0 } }, 600)).toBeNull();
  expect(pollAfterSeconds(104, slow, 0.5)).toBeCloseTo(25);
  const adaptive = { ...limits(null, null), rate: { factor: 1, perMinute: 60 } };
  expect(pollAfterSeconds(104, adaptive, 0.5)).toBeCloseTo(12.5);
});
