/** Who goes first: by number within a lane, late comers before all, lanes by weight (rules 8, 13; invariants 5, 7, 8). */
import { expect, test } from 'vitest';
import { Play } from './play.ts';

test('a late comer takes the next free slot, before everybody who was not called', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, late, next] = play.join(3);
  play.touch(inside);
  play.leave(inside);
  play.tick(1000);
  // The called one does not come; the next is called, gets in, and the window of the first is over.
  play.tick(30_000);
  expect(play.enter(next).kind).toBe('admitted');
  expect(play.claim(late)).toMatchObject({ kind: 'retry', ahead: 0 });
  play.leave(next);
  expect(play.claim(late).kind).toBe('admitted');
});

test('late comers go by their numbers, and no slot is promised twice', () => {
  const play = new Play({ limits: { sessions: 4 } });
  const tickets = play.join(8);
  for (const ticket of tickets.slice(0, 4)) play.leave(ticket);
  expect(play.tick(1000).serving).toBe(8);
  play.configure({ limits: { sessions: 0 } });
  expect(tickets.slice(4).map((ticket) => play.claim(ticket))).toMatchObject([
    { ahead: 0 },
    { ahead: 1 },
    { ahead: 2 },
    { ahead: 3 },
  ]);
  play.configure({ limits: { sessions: 2 } });
  const kinds = [7, 6, 5, 4].map((index) => play.claim(tickets[index]).kind);
  expect(kinds).toEqual(['retry', 'retry', 'admitted', 'admitted']);
});

test('a late comer that stopped asking is not waited for after ten seconds, and keeps the place', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, late, next] = play.join(3);
  play.leave(inside);
  play.tick();
  play.configure({ limits: { sessions: 0 } });
  expect(play.claim(late).kind).toBe('retry');
  play.configure({ limits: { sessions: 1 } });
  play.tick(9000);
  expect(play.view).toMatchObject({ serving: 2, returners: 1 });
  play.tick(2000);
  expect(play.view).toMatchObject({ serving: 3, returners: 0 });
  expect([play.claim(late).kind, play.claim(next).kind]).toEqual(['admitted', 'retry']);
});

test('nobody joins past somebody who waits', () => {
  const play = new Play({ limits: { sessions: 2 } });
  const tickets = play.join(3);
  play.leave(tickets[0]);
  expect(play.tryJoin(1)).toMatchObject({ sessions: [] });
  expect(play.tick(1000).serving).toBe(3);
});

test('nobody joins past a late comer', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, late] = play.join(2);
  play.leave(inside);
  play.tick(500);
  play.configure({ limits: { sessions: 0 } });
  expect(play.claim(late).kind).toBe('retry');
  play.configure({ limits: { sessions: 3 } });
  expect(play.tryJoin(1)).toMatchObject({ sessions: [] });
});

test('lanes are called as their weights say while both wait, and one alone gets everything', () => {
  const play = new Play({ limits: { admissionsPerMinute: 60 }, lanes: { default: 1, members: 3 } });
  for (let i = 0; i < 5; i++) play.join(1000);
  play.join(90, 'members');
  const rise = (ms: number) => {
    const before = play.view.lanes;
    const after = play.tick(ms).lanes;
    return ['members', 'default'].map((lane) => after[lane]!.serving - before[lane]!.serving);
  };
  const [members, others] = rise(20_000);
  expect(members).toBeGreaterThan(10);
  expect(Math.abs(members! - 3 * others!)).toBeLessThanOrEqual(3);
  rise(180_000);
  expect(play.view.lanes.members).toEqual({ issued: 90, serving: 90 });
  expect(rise(20_000)[1]).toBeGreaterThan(15);
});

test('a lane that the law no longer names is still called; newcomers for it go to the default lane', () => {
  const play = new Play({ limits: { sessions: 1 }, lanes: { default: 1, members: 3 } });
  const [inside] = play.join(1);
  play.join(1, 'members');
  play.configure({ lanes: { default: 1 } });
  expect(play.tryJoin(1, 'members')).toMatchObject({ lane: 'default', first: 2 });
  play.leave(inside);
  play.tick(2000);
  play.tick(70_000);
  expect(play.view.lanes.members).toEqual({ issued: 1, serving: 1 });
});

test('a join takes at most a thousand newcomers', () => {
  expect(() => new Play().tryJoin(1001)).toThrow(RangeError);
});

test('joins whose tickets never come cost the room nothing: its size is the same after a million', () => {
  const play = new Play({ limits: { sessions: 0 } });
  for (let i = 0; i < 1000; i++) play.join(1000);
  expect(play.view).toMatchObject({ issued: 1_000_000, waiting: 1_000_000 });
  expect([play.room.sessions.size, play.room.claimed.size, play.room.buckets.length]).toEqual([0, 0, 0]);
});

test('ten thousand dead numbers at a limit of a hundred are passed in at most 200 s', () => {
  const play = new Play({ limits: { sessions: 100 } });
  play.configure({ limits: { sessions: 0 } });
  for (let i = 0; i < 10; i++) play.join(1000);
  const [alive] = play.join(1);
  play.configure({ limits: { sessions: 100 } });
  let seconds = 0;
  while (play.view.serving < alive!.number && seconds < 1000) {
    play.tick(1000);
    seconds += 1;
  }
  console.info(`passed in ${seconds} s`);
  expect(seconds).toBeLessThanOrEqual(200);
});
