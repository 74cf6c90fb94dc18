/** The limits hold: sessions, admissions a minute, seats; budgets are spent once by any number of gateways (rules 6, 7, 12). */
import { expect, test } from 'vitest';
import { reportRate } from '../../gateway/line/report-rate.ts';
import { register, setSeats } from '../../gateway/line/seats.ts';
import { Play } from './play.ts';

test('twenty gateways that tick for six seconds spend one budget: 6 s of the rate and 2 s worth', () => {
  const play = new Play({ limits: { admissionsPerMinute: 600 } });
  for (let i = 0; i < 10; i++) play.join(100);
  for (let step = 0; step < 120; step++) {
    play.pass(50);
    for (let gateway = 0; gateway < 20; gateway++) play.call(`gateway-${gateway}`);
  }
  // The first 20 went in; 60 more are paid for, at .91 each: nine in ten are expected to come.
  expect(play.view.serving).toBeLessThanOrEqual(20 + Math.ceil(60 / 0.9));
  expect(play.view.serving).toBeGreaterThanOrEqual(78);
});

test('admissions in any minute never exceed the limit and two seconds worth, whoever claims', () => {
  const play = new Play({ limits: { admissionsPerMinute: 60 } });
  const tickets = play.join(500);
  let admitted = play.view.admissions;
  const each: number[] = [];
  for (let second = 0; second < 180; second++) {
    play.tick(1000);
    for (const ticket of tickets.slice(0, play.view.serving))
      if (!play.room.sessions.has(ticket.id)) play.claim(ticket);
    each.push(play.view.admissions - admitted);
    admitted = play.view.admissions;
  }
  for (let from = 0; from + 60 <= each.length; from++) {
    expect(each.slice(from, from + 60).reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(62);
  }
  expect(admitted).toBeGreaterThan(170);
});

test('three a minute still lets somebody in: the budget reaches a whole one', () => {
  const play = new Play({ limits: { admissionsPerMinute: 3 } });
  const [first, second] = play.join(2);
  expect(play.room.sessions.has(first!.id)).toBe(true);
  play.tick(22_000);
  expect(play.claim(second).kind).toBe('admitted');
});

test.each([{ sessions: 0 }, { admissionsPerMinute: 0 }])('a limit of 0 admits nobody: %o', (limits) => {
  const play = new Play({ limits });
  play.join(5);
  expect(play.tick(60_000)).toMatchObject({ serving: 0, sessions: 0, waiting: 5 });
});

test('without limits nobody waits', () => {
  const play = new Play();
  expect(play.tryJoin(1000)).toMatchObject({ serving: 1000, view: { state: 'open', waiting: 0 } });
});

test('a lowered limit throws nobody out and lets nobody in until it is kept', () => {
  const play = new Play({ limits: { sessions: 4 } });
  const tickets = play.join(8);
  for (const ticket of tickets.slice(0, 4)) play.touch(ticket);
  play.configure({ limits: { sessions: 2 } });
  play.leave(tickets[0]);
  play.leave(tickets[1]);
  expect(play.tick(5000)).toMatchObject({ sessions: 2, serving: 4 });
  play.leave(tickets[2]);
  expect(play.tick(1000).serving).toBe(5);
});

test('the law lives in the room: a gateway with an older revision changes nothing', () => {
  const play = new Play({ limits: { sessions: 9 } });
  play.configure({ limits: { sessions: 1 } });
  play.revision = 1;
  play.configure({ limits: { sessions: 9 } }, 'old');
  expect(play.view).toMatchObject({ revision: 2, limits: { sessions: 1 } });
});

test('the least factor that a gateway reported in the last five seconds slows the rate', () => {
  const play = new Play({ limits: { admissionsPerMinute: 600 } });
  play.join(1000);
  for (const [gateway, factor] of [
    ['a', 1],
    ['b', 0],
  ] as const)
    reportRate(play.room, play.caller(gateway), { factor, perMinute: null });
  play.gone = ['b'];
  expect(play.tick(5000).serving).toBe(20);
  expect(play.tick(1500).serving).toBeGreaterThan(30);
});

test('sessions that have not registered never exceed the seats, and all seats are sold', () => {
  const play = new Play({ limits: { sessions: 10, seats: 20 } });
  const tickets = play.join(100);
  let sold = 0;
  for (let step = 0; step < 400 && play.view.state !== 'soldout'; step++) {
    play.tick();
    for (const ticket of tickets.slice(0, play.view.serving))
      if (!play.room.claimed.has(ticket.id)) play.enter(ticket);
    expect(play.room.unregistered).toBeLessThanOrEqual(play.room.seats!);
    const [inside] = [...play.room.sessions.keys()];
    if (!inside) continue;
    // One in three leaves without registering: the seat is free again.
    if (step % 3 > 0) {
      register(play.room, play.caller(), inside);
      register(play.room, play.caller(), inside);
      sold += 1;
    }
    play.leave(tickets.find((ticket) => ticket.id === inside));
  }
  expect(play.call().state).toBe('soldout');
  expect(sold).toBe(20);
});

test('while people inside hold the last seats newcomers wait; when all are sold nobody joins; raised, the line goes on', () => {
  const play = new Play({ limits: { sessions: 10, seats: 1 } });
  const [inside, waiting] = play.join(2);
  expect(play.tick(2000)).toMatchObject({ state: 'engaged', serving: 1, seatsLeft: 1 });
  register(play.room, play.caller(), inside!.id);
  expect(play.call()).toMatchObject({ state: 'soldout', seatsLeft: 0, sessions: 1 });
  expect(play.tryJoin(1)).toMatchObject({ kind: 'closed', state: 'soldout' });
  setSeats(play.room, play.caller(), 1);
  expect(play.tick(1000)).toMatchObject({ state: 'open', serving: 2 });
  expect(play.claim(waiting).kind).toBe('admitted');
});

test('configured seats count when first seen or changed, not when they are written again', () => {
  const play = new Play({ limits: { seats: 5 } });
  const [ticket] = play.join(1);
  register(play.room, play.caller(), ticket!.id);
  expect(play.configure({}).seatsLeft).toBe(4);
  expect(play.configure({ limits: { seats: 9 } }).seatsLeft).toBe(9);
});
