/** What is learned of those who do not come: slots stand empty for nobody, and nobody is called for a slot that is taken. */
import { expect, test } from 'vitest';
import { expectedArrivals } from '../../gateway/line/buckets.ts';
import { costOfCall, shareAtOnce, shareLater } from '../../gateway/line/cost.ts';
import { waitingIn } from '../../gateway/line/lanes.ts';
import { Play } from './play.ts';

const SETTLED_SECONDS = 60;

/** Of the called, this share comes a second after the call and leaves three minutes later. */
function playShows(play: Play, share: number, seconds: number): number {
  const ends: { at: number; index: number }[] = [];
  const tickets = [...play.join(1000), ...play.join(1000), ...play.join(1000)];
  let seen = 0;
  let used = 0;
  for (let second = 0; second < seconds; second++) {
    while (seen < play.view.serving - 1) {
      if ((seen * 7) % 10 < share * 10 && play.claim(tickets[seen]).kind === 'admitted') {
        play.touch(tickets[seen]);
        ends.push({ at: second + 180, index: seen });
      }
      seen += 1;
    }
    for (const end of ends.filter(({ at }) => at === second)) play.leave(tickets[end.index]);
    play.tick(1000);
    if (second >= SETTLED_SECONDS) used += play.view.sessions;
  }
  return used / (seconds - SETTLED_SECONDS);
}

test.each([0.3, 0.5, 1])(
  'where %f of the called come, the share is learned, and nearly every slot is used',
  (share) => {
    const play = new Play({ limits: { sessions: 50 } });
    play.configure({ limits: { sessions: 0 } });
    play.configure({ limits: { sessions: 50 } });
    const used = playShows(play, share, 900);
    console.info(
      `${share} come: learned ${shareAtOnce(play.room).toFixed(2)}, ${used.toFixed(1)} of 50 used`,
    );
    expect(Math.abs(shareAtOnce(play.room) - share)).toBeLessThan(0.12);
    expect(used / 50).toBeGreaterThan(0.93);
  },
);

test('a call costs what comes of it: all of it when everybody comes, and never more than two', () => {
  const { room } = new Play();
  Object.assign(room, { freshCalled: 100, freshCame: 60, oldCalled: 100, oldCame: 25 });
  expect([shareAtOnce(room), shareLater(room), costOfCall(room)]).toEqual([0.6, 0.25, 0.7]);
  Object.assign(room, { freshCame: 900 });
  expect(costOfCall(room)).toBe(2);
  Object.assign(room, { freshCame: 0, oldCame: 0 });
  expect(costOfCall(room)).toBe(0.1);
});

test('who was called is expected less with each second, and not at all when the window is over', () => {
  const play = new Play({ limits: { sessions: 10 } });
  for (const ticket of play.join(20).slice(0, 10)) play.leave(ticket);
  play.tick(500);
  const expected: number[] = [];
  play.configure({ limits: { sessions: 0 } });
  for (let second = 0; second <= 60; second++) {
    expected.push(expectedArrivals(play.room));
    play.tick(1000);
  }
  expect(expected[0]).toBeGreaterThan(8);
  for (let second = 1; second <= 60; second++)
    expect(expected[second]).toBeLessThanOrEqual(expected[second - 1]!);
  expect(expected[60]).toBe(0);
});

test('a slot that nobody uses, is expected for or is awaited for is given within a second', () => {
  const play = new Play({ limits: { sessions: 5 } });
  const tickets = play.join(30);
  for (const ticket of tickets.slice(0, 5)) play.touch(ticket);
  play.leave(tickets[0]);
  expect(play.tick(1000).serving).toBe(6);
});

test('a called ticket that is given up frees its slot for the next', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, called] = play.join(3);
  play.leave(inside);
  expect(play.tick(500).serving).toBe(2);
  play.leave(called);
  expect(play.tick(500).serving).toBe(3);
});

test('old calls are merged: the room keeps a few buckets, whatever the window', () => {
  const play = new Play({ limits: { admissionsPerMinute: 600 }, claimMs: 120_000 });
  for (let i = 0; i < 60; i++) play.join(1000);
  let most = 0;
  for (let i = 0; i < 180; i++) {
    play.tick(1000);
    most = Math.max(most, play.room.buckets.length);
  }
  expect(waitingIn(play.room)).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(20);
});

test('a visitor whose first answers fail again and again bends the estimate no more than one who came', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, called] = play.join(5);
  play.leave(inside);
  play.tick(500);
  for (let i = 0; i < 50; i++) {
    expect(play.claim(called).kind).toBe('admitted');
    play.leave(called, 'unspent');
  }
  expect(play.room.buckets[0]).toMatchObject({ called: 1, came: 0 });
});

test('a late comer that asks again and again came once', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, called] = play.join(5);
  play.leave(inside);
  play.tick(500);
  play.configure({ limits: { sessions: 0 } });
  for (let i = 0; i < 5; i++) play.claim(called);
  expect(play.room.buckets[0]).toMatchObject({ called: 1, came: 1 });
});

test('a whole free slot calls one, also where a call costs more than one', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside] = play.join(5);
  Object.assign(play.room, { freshCalled: 100, freshCame: 200 });
  play.leave(inside);
  expect(play.tick(500).serving).toBe(2);
});

test('what no-shows did not use of the rate is called again when their grace is over', () => {
  const play = new Play({ limits: { admissionsPerMinute: 600 } });
  // So much was learned that these few change nothing.
  Object.assign(play.room, { freshCalled: 1e9, freshCame: 9e8 });
  play.join(1000);
  const { serving } = play.tick(6500);
  expect(play.tick(2000).serving - serving).toBeGreaterThan(27);
});
