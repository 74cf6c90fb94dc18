/** Laws of silent gateways: two stores of one room, which know nothing of each other, let in no more than one would. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { depart } from '../../gateway/line/depart.ts';
import { roomFromJson, roomToJson } from '../../gateway/line/room.ts';
import { type LawChange, Play } from './play.ts';

/** Each of the gateways ticks twice a second. */
function tickAll(play: Play, ms: number, gateways: readonly string[]): void {
  for (let left = ms; left > 0; left -= 500) {
    play.pass(500);
    for (const gateway of gateways) play.call(gateway);
  }
}

function playOf(gateways: readonly string[], change: LawChange): Play {
  const play = new Play(change);
  // It was configured by a gateway of that name.
  if (!gateways.includes('a')) depart(play.room, play.caller('a'));
  tickAll(play, 1_000, gateways);
  return play;
}

/** The same room in another store, as some of its gateways reach it. */
function cutOff(play: Play, change: LawChange): Play {
  const other = new Play(change);
  other.room = roomFromJson(roomToJson(play.room));
  other.clockMs = play.clockMs;
  other.monotonicMs = play.monotonicMs;
  return other;
}

function admittedOf(play: Play, count: number, gateway: string): number {
  const answer = play.tryJoin(count, 'default', gateway);
  return answer.kind === 'joined' ? answer.sessions.length : 0;
}

const limited = (sessions: number): LawChange => ({ limits: { sessions } });

test('while one of three gateways is silent, the others let in two thirds of what was free', () => {
  const play = playOf(['a', 'b', 'c'], limited(30));
  tickAll(play, 3_000, ['a', 'b']);
  expect(play.view.silent).toEqual(['c']);
  expect(admittedOf(play, 30, 'a')).toBe(20);
  expect(play.view.waiting).toBe(10);
});

test('however the gateways are cut in two, both sides together keep the limit', () => {
  const cut = fc.record({
    sessions: fc.integer({ min: 1, max: 200 }),
    inside: fc.integer({ min: 0, max: 200 }),
    here: fc.integer({ min: 1, max: 5 }),
    there: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(cut, ({ sessions, inside, here, there }) => {
      const change = limited(sessions);
      const [left, right] = [here, there].map((count, side) =>
        Array.from({ length: count }, (_, index) => `${'ab'[side]}${index}`),
      ) as [string[], string[]];
      const play = playOf([...left, ...right], change);
      const before = admittedOf(play, inside, left[0]!);
      const other = cutOff(play, change);
      tickAll(play, 3_000, left);
      tickAll(other, 3_000, right);
      play.tryJoin(500, 'default', left[0]!);
      other.tryJoin(500, 'default', right[0]!);
      tickAll(play, 5_000, left);
      tickAll(other, 5_000, right);
      const more = play.view.sessions - before + (other.view.sessions - before);
      // Called numbers are as good as sessions: they may be claimed.
      const called = play.view.outstanding + other.view.outstanding;
      expect(before + more).toBeLessThanOrEqual(sessions);
      // Parts are rounded down: a single free slot may be nobody's.
      if (sessions - before >= here + there) expect(called + more).toBeGreaterThan(0);
    }),
  );
});

test('a gateway that was found dead leaves its share to the others', () => {
  const play = playOf(['a', 'b', 'c'], limited(30));
  tickAll(play, 3_000, ['a', 'b']);
  play.gone = ['c'];
  expect(admittedOf(play, 30, 'a')).toBe(30);
});

test('a gateway that ends in good order takes no share with it', () => {
  const play = playOf(['a', 'b', 'c'], limited(30));
  depart(play.room, play.caller('c'));
  tickAll(play, 3_000, ['a', 'b']);
  expect(play.view.silent).toEqual([]);
  expect(admittedOf(play, 30, 'a')).toBe(30);
});

test('a gateway that is heard again ends it', () => {
  const play = playOf(['a', 'b'], limited(30));
  tickAll(play, 3_000, ['a']);
  expect(play.view.share.slots).toBe(7);
  play.call('b');
  expect(admittedOf(play, 30, 'a')).toBe(30);
});

test('nobody waits longer than ten minutes for a gateway that was never found dead', () => {
  const play = playOf(['a', 'b'], limited(30));
  tickAll(play, 599_000, ['a']);
  expect(play.view.silent).toEqual(['b']);
  tickAll(play, 3_000, ['a']);
  expect(play.view.silent).toEqual([]);
  expect(admittedOf(play, 30, 'a')).toBe(30);
});

test('who is told to have ended frees a slot here; whose lease lapsed may live on over there', () => {
  const change = { ...limited(10), idleMs: 20_000 };
  const play = playOf(['a', 'b'], change);
  const [first, second] = play.join(4);
  play.touch(first);
  play.touch(second);
  tickAll(play, 3_000, ['a']);
  expect(play.view.share.slots).toBe(1);
  play.leave(first);
  expect(admittedOf(play, 9, 'a')).toBe(4);
  tickAll(play, 40_000, ['a']);
  expect(play.view.sessions).toBeLessThan(7);
  expect(play.view.outstanding).toBe(0);
});

test('the present earn their part of the rate alone', () => {
  const play = playOf(['a', 'b', 'c'], { limits: { admissionsPerMinute: 60 } });
  tickAll(play, 3_000, ['a', 'b']);
  play.join(100);
  const { serving } = play.view;
  tickAll(play, 60_000, ['a', 'b']);
  // Whoever is called and does not come gives the budget back, so that more than 40 are called.
  const { cost, share } = play.view;
  expect(share.perMinute).toBe(20);
  expect((play.view.serving - serving) * cost).toBeLessThanOrEqual(43);
});

test('what each gateway may let in by itself adds up to what is free, however long one is silent', () => {
  const play = playOf(['a', 'b', 'c'], limited(30));
  const { slots: withAll } = play.view.share;
  expect(withAll).toBe(10);
  for (const ms of [3_000, 10_000, 20_000]) {
    tickAll(play, ms, ['a', 'b']);
    expect(2 * play.view.share.slots! + withAll!).toBeLessThanOrEqual(30);
  }
  expect(play.view.share.slots).toBe(10);
});

test('a room that slept heard of nobody, and takes nobody for silent', () => {
  const play = playOf(['a', 'b', 'c'], limited(30));
  play.pass(8_000);
  play.call('a');
  expect(play.view.silent).toEqual([]);
  play.pass(500);
  expect(admittedOf(play, 30, 'a')).toBe(30);
});
