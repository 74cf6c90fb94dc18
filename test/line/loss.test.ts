/** What the store loses is noticed, lifted and healed; what it did not lose is left alone (rules 1, 14). */
import { expect, test } from 'vitest';
import { lift, markLoss, restore } from '../../gateway/line/recover.ts';
import { retire } from '../../gateway/line/retire.ts';
import { roomFromJson, roomToJson } from '../../gateway/line/room.ts';
import { register, setSeats } from '../../gateway/line/seats.ts';
import { HOUR_MS, Play } from './play.ts';

const leasesOf = (play: Play) =>
  [...play.room.sessions.values()].map(({ id, startedAt, leaseUntil, spent, registered }) => ({
    ...{ id, startedAt, leaseUntil, spent, registered },
    isNew: false,
  }));

test('a store that comes back empty is lifted by the first gateway’s floors, and calls nobody for 3 s', () => {
  const play = new Play({ limits: { sessions: 2 } });
  play.join(50);
  play.tick(5000);
  play.flush();
  expect(play.tick()).toMatchObject({ issued: 50, serving: 2, sessions: 0 });
  expect(play.view.holdUntil - play.view.at).toBe(3000);
  expect(play.tick(2500).serving).toBe(2);
  expect(play.tick(1000)).toMatchObject({ serving: 4, holdUntil: 0 });
});

test('gateways bring their leases back during the hold, so that the limit holds', () => {
  const play = new Play({ limits: { sessions: 3 } });
  for (const ticket of play.join(10).slice(0, 3)) play.touch(ticket);
  const leases = leasesOf(play);
  play.flush();
  play.tick();
  expect(restore(play.room, play.caller(), leases)).toBe(3);
  expect(restore(play.room, play.caller(), leases)).toBe(0);
  expect(play.tick(10_000)).toMatchObject({ sessions: 3, serving: 3 });
});

test('who left while the replica was cut off holds no slot of the promoted one, and does not come back', () => {
  const play = new Play({ limits: { sessions: 2 } });
  const [stays, left] = play.join(2);
  for (const ticket of [stays, left]) play.touch(ticket);
  const leases = leasesOf(play);
  const replica = structuredClone(roomToJson(play.room));
  play.leave(left);
  play.tick();
  const ended = [...play.room.endedSessions];
  play.room = roomFromJson(replica);
  expect(play.tick().sessions).toBe(2);
  expect(retire(play.room, play.caller(), ended)).toBe(1);
  // Another gateway had not heard of it yet.
  expect(restore(play.room, play.caller(), leases)).toBe(0);
  expect(play.tick()).toMatchObject({ sessions: 1, endedSessions: ended });
  expect(play.claim(left).kind).toBe('used');
});

test('who left is told to a store that forgot everything, before another gateway brings the lease back', () => {
  const play = new Play({ limits: { sessions: 2 } });
  const [left] = play.join(1);
  play.touch(left);
  const leases = leasesOf(play);
  play.leave(left);
  const ended = [...play.room.endedSessions];
  play.flush();
  play.tick();
  expect(retire(play.room, play.caller(), ended)).toBe(0);
  expect(restore(play.room, play.caller(), leases)).toBe(0);
});

test('who leaves before a gateway brought the lease back does not come back with it', () => {
  const play = new Play({ limits: { sessions: 2 } });
  const [left] = play.join(1);
  play.touch(left);
  const leases = leasesOf(play);
  play.flush();
  play.tick();
  play.leave(left);
  expect(restore(play.room, play.caller(), leases)).toBe(0);
});

test('without a loss nobody is taken out by a gateway’s memory', () => {
  const play = new Play({ limits: { sessions: 2 } });
  const [inside] = play.join(1);
  play.touch(inside);
  expect(retire(play.room, play.caller(), [inside!.id])).toBe(0);
  expect(play.tick().sessions).toBe(1);
});

test('a restored session is spent as it was: its ticket makes no second one', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [ticket] = play.join(1);
  play.touch(ticket);
  const leases = leasesOf(play);
  play.flush();
  play.call();
  restore(play.room, play.caller(), leases);
  play.leave(ticket);
  play.tick(5000);
  expect(play.claim(ticket).kind).toBe('used');
});

test('leases are restored for one idle time after a loss and not at any other time', () => {
  const play = new Play({ limits: { sessions: 5 } });
  const times = { startedAt: play.room.at, leaseUntil: play.room.at + HOUR_MS };
  const lease = { id: 'x', ...times, spent: true, registered: false, isNew: false };
  expect(restore(play.room, play.caller(), [lease])).toBe(0);
  markLoss(play.room, play.caller());
  play.tick(59_000);
  expect(restore(play.room, play.caller(), [lease])).toBe(1);
  play.tick(2000);
  expect(restore(play.room, play.caller(), [{ ...lease, id: 'y' }])).toBe(0);
});

test('a ticket lifts a store that no gateway remembers, and its holder waits in the old place', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const tickets = play.join(30);
  play.flush();
  play.forgetGateways();
  expect(play.claim(tickets[29])).toMatchObject({ kind: 'waiting', view: { issued: 30, serving: 1 } });
  expect(play.tryJoin(1)).toMatchObject({ first: 31 });
});

test('a pass proves epoch, fence and line', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const proof = { epoch: 3, lane: 'default', issued: 500, serving: 200, fence: 7 };
  expect(lift(play.room, play.caller(), proof)).toMatchObject({
    epoch: 3,
    issued: 500,
    serving: 200,
    fence: 7,
  });
  const { seq } = lift(play.room, play.caller(), { ...proof, epoch: 2, issued: 900 });
  expect(play.call()).toMatchObject({ issued: 500, seq: seq + 1 });
});

test('tokens that prove a little more each time hold the line once in 30 s', () => {
  const play = new Play({ limits: { sessions: 1 } });
  let heldMs = 0;
  for (let i = 1; i <= 60; i++) {
    play.tick(500);
    lift(play.room, play.caller(), { epoch: 1, lane: 'default', issued: i * 10, serving: 0, fence: 0 });
    if (play.room.recoverUntil > play.room.at) heldMs += 500;
  }
  expect(heldMs).toBeLessThanOrEqual(3000);
});

test('a small loss that other gateways’ writes have overtaken is noticed by the one whose write is gone', () => {
  const play = new Play({ limits: { sessions: 3 } });
  play.join(3);
  play.call('b');
  const older = roomToJson(play.room);
  play.call('a');
  play.room = roomFromJson(older);
  for (let i = 0; i < 5; i++) {
    play.pass(100);
    play.call('b');
  }
  expect(play.room.losses).toBe(0);
  play.call('a');
  expect(play.room.losses).toBe(1);
});

test('gateways that come and go by the hundred are no loss', () => {
  const play = new Play({ limits: { sessions: 3 } });
  for (let i = 0; i < 300; i++) {
    play.pass(500);
    play.call(`gateway-${i}`);
    play.call('a');
  }
  for (let i = 0; i < 300; i++) play.call(`gateway-${i}`);
  expect(play.room.losses).toBe(0);
  expect(play.room.gateways.size).toBeLessThanOrEqual(64);
});

test('a clean restart from a snapshot is the same room and no loss', () => {
  const play = new Play({ limits: { sessions: 2, admissionsPerMinute: 60 } });
  const tickets = play.join(9);
  play.touch(tickets[0]);
  play.tick(9000);
  play.claim(tickets[3]);
  const json = JSON.parse(JSON.stringify(roomToJson(play.room)));
  const again = roomFromJson(json);
  expect(roomToJson(again)).toEqual(json);
  play.room = again;
  expect(play.tick(500).sessions).toBeGreaterThan(0);
  expect(play.room.losses).toBe(0);
});

test.each([null, 7, [], {}, { name: 'x' }])('%j is not a room', (json) => {
  expect(() => roomFromJson(json)).toThrow(TypeError);
});

test('a room with a field of another kind is named and refused', () => {
  const json = roomToJson(new Play().room) as Record<string, unknown>;
  expect(() => roomFromJson({ ...json, sessions: 'none' })).toThrow('sessions');
  expect(() => roomFromJson({ ...json, claimed: [['a']] })).toThrow('claimed');
  expect(() => roomFromJson({ ...json, at: Number.NaN })).toThrow('at');
});

test('of seats the newest word wins, never the highest: sold seats do not come back', () => {
  const play = new Play({ limits: { sessions: 5, seats: 100 } });
  const [ticket] = play.join(1);
  setSeats(play.room, play.caller(), 3);
  register(play.room, play.caller(), ticket!.id);
  play.call();
  play.flush();
  expect(play.room.seats).toBe(100);
  expect(play.call().seatsLeft).toBe(2);
});

test('a room that was paused comes back paused; where the law changed meanwhile, the law stands', () => {
  const play = new Play();
  play.configure({ state: 'paused' });
  play.flush();
  expect(play.call()).toMatchObject({ state: 'paused' });
  play.law = { ...play.law, state: 'open' };
  play.flush();
  expect(play.tick().operatorState).toBe('open');
});

test('numbers by which `serving` rises are expected, at most as many as were outstanding', () => {
  const play = new Play({ limits: { sessions: 10 } });
  const tickets = play.join(40);
  for (const ticket of tickets.slice(0, 10)) play.leave(ticket);
  expect(play.tick(500)).toMatchObject({ serving: 20, outstanding: 10 });
  play.flush();
  expect(play.call()).toMatchObject({ serving: 20, outstanding: 10 });
});

test('an embedded store that did not exit cleanly holds for 3 s and spends no budget', () => {
  const play = new Play({ limits: { admissionsPerMinute: 60 } });
  play.join(10);
  play.tick(2000);
  markLoss(play.room, play.caller());
  const { serving } = play.call();
  expect(play.tick(2500).serving).toBe(serving);
  expect(play.tick(2500).serving).toBeGreaterThan(serving);
});

test('two tickets that share a number after a loss are both honoured, each once', () => {
  const play = new Play({ limits: { sessions: 5 } });
  const [one] = play.join(1);
  const twin = { ...one!, id: 'twin' };
  expect([play.enter(one).kind, play.enter(twin).kind]).toEqual(['admitted', 'admitted']);
  for (const ticket of [one, twin]) play.leave(ticket);
  expect([play.claim(one).kind, play.claim(twin).kind]).toEqual(['used', 'used']);
});
