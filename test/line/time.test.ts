/** Room time: no clock that is wrong admits anybody extra or ends a session, and pauses stop the windows (rules 3, 9). */
import { expect, test } from 'vitest';
import { createRoom } from '../../gateway/line/room.ts';
import { tellRoomTime } from '../../gateway/line/time.ts';
import { HOUR_MS, Play, START_MS } from './play.ts';

test.each([HOUR_MS, -HOUR_MS])(
  'the store’s clock jumps by %i ms: room time goes on as if nothing had happened',
  (jump) => {
    const play = new Play({ limits: { sessions: 1, admissionsPerMinute: 60 } });
    const tickets = play.join(200);
    play.touch(tickets[0]);
    play.tick(10_000);
    const before = { at: play.view.at, serving: play.view.serving };
    play.clockMs += jump;
    play.tick(10_000);
    expect(play.view).toMatchObject({ sessions: 1, serving: before.serving });
    // A jump back costs one step, in which time stands.
    expect(before.at + 10_000 - play.view.at).toBeLessThanOrEqual(500);
    expect(play.view.at).toBeLessThanOrEqual(before.at + 10_000);
  },
);

test('a clock that went back does not stop room time', () => {
  const play = new Play();
  play.clockMs -= HOUR_MS;
  play.call();
  play.tick(60_000);
  expect(play.view.at).toBe(START_MS + 60_000);
});

test('room time never goes back, not even for a gateway that knows nothing of the room', () => {
  const play = new Play();
  play.tick(5000);
  const { at } = play.view;
  play.forgetGateways();
  play.clockMs -= HOUR_MS;
  expect(play.call('new').at).toBe(at);
});

test('a room that nobody stepped for an hour follows the clock, as the caller’s own time bears out', () => {
  const play = new Play();
  play.pass(HOUR_MS);
  expect(play.call().at).toBe(START_MS + HOUR_MS);
});

test('a gateway that starts after everything was down follows the store’s clock', () => {
  const play = new Play();
  play.forgetGateways();
  play.clockMs += 5 * HOUR_MS;
  expect(play.call().at).toBe(START_MS + 5 * HOUR_MS);
});

test('a store that comes back empty under another clock goes on at the time that gateways know', () => {
  const play = new Play();
  play.clockMs += HOUR_MS;
  play.tick(1000);
  play.flush();
  play.clockMs -= 3 * HOUR_MS;
  play.room.at = 0;
  play.room.offset = 0;
  expect(play.tick(500).at).toBeGreaterThanOrEqual(START_MS + 1000);
});

test('time that nobody stepped earns at most two seconds of the rate', () => {
  const play = new Play({ limits: { admissionsPerMinute: 3 } });
  play.join(100);
  play.pass(HOUR_MS);
  play.call();
  expect(play.room.claimTokens).toBeCloseTo(0.1);
});

test.each(['paused', 'offline'] as const)(
  'a room that is %s gives numbers, calls and lets in nobody, and loses no place',
  (state) => {
    const play = new Play({ limits: { sessions: 1 } });
    const [inside, called] = play.join(3);
    play.leave(inside);
    play.tick();
    play.configure({ state });
    expect(play.claim(called)).toMatchObject({ kind: 'retry', retryMs: 5000 });
    expect(play.tryJoin(2)).toMatchObject({ first: 4, sessions: [] });
    expect(play.tick(600_000)).toMatchObject({ state, serving: 2, issued: 5 });
    play.configure({ state: 'open' });
    expect(play.claim(called).kind).toBe('admitted');
  },
);

test('claim windows stand still while the room is paused', () => {
  const play = new Play({ limits: { sessions: 4 } });
  for (const ticket of play.join(10).slice(0, 4)) play.leave(ticket);
  play.tick(1000);
  const { serving, outstanding } = play.view;
  play.configure({ state: 'paused' });
  play.tick(HOUR_MS);
  play.configure({ state: 'open' });
  expect(play.tick(500)).toMatchObject({ serving, outstanding });
  expect(play.room.buckets[0]!.t).toBeGreaterThan(play.room.at - 5000);
});

test('a room that has ended is closed; its tickets wait for what comes, until it reopens with a new epoch', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, waiting] = play.join(2);
  play.touch(inside);
  play.configure({ state: 'ended' });
  expect(play.tryJoin(1)).toMatchObject({ kind: 'closed', state: 'ended' });
  expect(play.claim(waiting)).toMatchObject({ kind: 'waiting', view: { state: 'ended' } });
  expect(play.touch(inside)).not.toBeNull();
  expect(play.configure({ state: 'open' })).toMatchObject({ epoch: 2, issued: 0, serving: 0, sessions: 1 });
  expect(play.claim(waiting).kind).toBe('void');
  expect(play.tryJoin(1)).toMatchObject({ epoch: 2, first: 1 });
});

test('a refused claim is told when to come again, within 1 to 5 s', () => {
  const play = new Play({ limits: { admissionsPerMinute: 30 } });
  const tickets = play.join(20);
  play.tick(8000);
  const answers = tickets.slice(1, play.view.serving).map((ticket) => play.claim(ticket));
  const retries = answers.flatMap((answer) => (answer.kind === 'retry' ? [answer.retryMs] : []));
  expect(retries.length).toBeGreaterThan(0);
  for (const ms of retries) expect(ms).toBeGreaterThanOrEqual(1000);
  for (const ms of retries) expect(ms).toBeLessThanOrEqual(5000);
});

test('room time is whole milliseconds, in whatever fractions a monotonic clock counts: tokens carry integers', () => {
  const room = createRoom('summit');
  room.at = START_MS;
  const caller = { gateway: 'a', gone: [], server: '', lastAt: START_MS, lastSeq: 0, floors: null };
  expect(tellRoomTime(room, { ...caller, time: START_MS + 10_000, sinceMs: 9_999.7 })).toBe(START_MS + 9_999);
  expect(room.offset).toBe(-1);
});
