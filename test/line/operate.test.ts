/** An operator's word: places are kept, it may end by itself, and neither reload nor loss takes it back. */
import { expect, test } from 'vitest';
import { configure } from '../../gateway/line/configure.ts';
import { isForgettable } from '../../gateway/line/forget.ts';
import { operate } from '../../gateway/line/operate.ts';
import { roomFromJson, roomToJson } from '../../gateway/line/room.ts';
import type { Operation } from '../../gateway/line/words.ts';
import { HOUR_MS, Play, START_MS } from './play.ts';

const DAY_MS = 24 * HOUR_MS;

function say(play: Play, operation: Operation) {
  operate(play.room, play.caller(), operation);
  return play.call();
}

test('an event that is taken offline and planned for the next day keeps the order of all 2,000 who wait', () => {
  const play = new Play({ limits: { sessions: 10 } });
  play.join(10);
  const tickets = [...play.join(1_000), ...play.join(1_000)];
  say(play, { kind: 'offline', until: play.room.at + DAY_MS });
  for (let hour = 0; hour < 23; hour++) play.pass(HOUR_MS);
  expect(play.call()).toMatchObject({ state: 'offline', serving: 10, issued: 2_010, waiting: 2_000 });
  play.pass(HOUR_MS);
  play.call();
  expect(play.tick(1_000)).toMatchObject({ state: 'engaged', operatorState: 'open', stateUntil: null });
  const came: number[] = [];
  for (let left = 600; left > 0 && came.length < 2_000; left--) {
    const { serving } = play.tick(500);
    for (const ticket of tickets.slice(came.length, serving - 10)) {
      if (play.enter(ticket).kind !== 'admitted') break;
      came.push(ticket.number);
      play.leave(ticket);
    }
  }
  expect(came).toEqual(tickets.map(({ number }) => number));
});

test('a paused line opens by itself in the step that its time has come with, not before', () => {
  const play = new Play({ limits: { sessions: 1 } });
  play.join(3);
  expect(say(play, { kind: 'pause', until: START_MS + 60_000 })).toMatchObject({
    state: 'paused',
    stateUntil: START_MS + 60_000,
  });
  // The first one's lease has run out since: a slot is free, and nobody is called for it.
  expect(play.tick(59_500)).toMatchObject({ state: 'paused', sessions: 0, serving: 1 });
  expect(play.tick(500)).toMatchObject({ state: 'engaged', stateUntil: null, serving: 2 });
});

test('claim windows stand still while a line is offline: who was called is still called afterwards', () => {
  const play = new Play({ limits: { sessions: 2 }, claimMs: 30_000 });
  const tickets = play.join(4);
  play.leave(tickets[0]);
  play.leave(tickets[1]);
  play.tick(1_000);
  const { outstanding } = play.view;
  expect(outstanding).toBeGreaterThan(0);
  say(play, { kind: 'offline', until: null });
  play.tick(HOUR_MS / 6);
  expect(play.view.outstanding).toBe(outstanding);
  say(play, { kind: 'open' });
  expect(play.enter(tickets[2]).kind).toBe('admitted');
});

test('a reload whose law says the same of the state leaves the word alone, one that says another undoes it', () => {
  const play = new Play({ limits: { sessions: 3 } });
  say(play, { kind: 'pause', until: START_MS + HOUR_MS });
  expect(play.configure({ limits: { sessions: 9 } })).toMatchObject({
    state: 'paused',
    stateUntil: START_MS + HOUR_MS,
  });
  expect(play.configure({ state: 'offline' })).toMatchObject({ state: 'offline', stateUntil: null });
  expect(play.configure({ state: 'open' }).operatorState).toBe('open');
});

test('a line that was ended is new when it opens again: its tickets are void and numbers begin at 1', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [, waiting] = play.join(2);
  expect(say(play, { kind: 'end' })).toMatchObject({ state: 'ended', epoch: 1 });
  expect(play.tryJoin(1)).toMatchObject({ kind: 'closed', state: 'ended' });
  expect(say(play, { kind: 'open' })).toMatchObject({ epoch: 2, issued: 0 });
  expect(play.claim(waiting).kind).toBe('void');
  expect(play.tryJoin(1)).toMatchObject({ first: 1 });
});

test('a store that forgot everything is told the word, and when it ends', () => {
  const play = new Play({ limits: { sessions: 1 } });
  play.join(5);
  say(play, { kind: 'offline', until: START_MS + 60_000 });
  play.flush();
  expect(play.tick(500)).toMatchObject({ state: 'offline', stateUntil: START_MS + 60_000, issued: 5 });
  expect(play.tick(61_000)).toMatchObject({ operatorState: 'open' });
  play.flush();
  expect(play.tick(5_000)).toMatchObject({ operatorState: 'open', stateUntil: null });
});

test('a room with a word of its own is not forgotten, not even when every ticket has expired', () => {
  const play = new Play({ ticketMs: 60_000 });
  say(play, { kind: 'end' });
  play.tick(61_000);
  expect(isForgettable(play.room, play.caller())).toBe(false);
  say(play, { kind: 'open' });
  expect(isForgettable(play.room, play.caller())).toBe(true);
});

test('a snapshot keeps when the line opens; one of an older version has nothing to say of it', () => {
  const play = new Play();
  say(play, { kind: 'pause', until: START_MS + 5_000 });
  const json = roomToJson(play.room) as Record<string, unknown>;
  expect(roomFromJson(json).stateUntil).toBe(START_MS + 5_000);
  const { stateUntil: _unknown, ...older } = json;
  expect(roomFromJson(older)).toMatchObject({ state: 'paused', stateUntil: null });
});

const launch = { opensAt: START_MS + 60_000, prequeueMs: 30_000, draw: { commitment: 'c0ffee' } };

test('an opening that was drawn stays what it was when the launch is moved, undone or lost with the store', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.tick(31_000);
  play.join(5);
  play.tick(30_000);
  const drawn = { commitment: 'c0ffee', hasBegun: true, base: 0, size: 5, opensAt: launch.opensAt };
  expect(play.view.draw).toEqual(drawn);
  const moved = { ...launch, opensAt: START_MS + DAY_MS, draw: { commitment: 'another' } };
  expect(play.configure({ launch: moved })).toMatchObject({ draw: drawn, issued: 5, state: 'engaged' });
  play.flush();
  expect(play.tick(500)).toMatchObject({ draw: drawn, issued: 5 });
  expect(play.configure({ launch: null }).draw).toEqual(drawn);
});

test('a launch that is moved before its opening is drawn by the new one', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.tick(31_000);
  play.join(5);
  const later = { ...launch, opensAt: START_MS + HOUR_MS, draw: { commitment: 'later' } };
  expect(play.configure({ launch: later })).toMatchObject({
    state: 'prequeue',
    draw: { commitment: 'later', size: null, opensAt: later.opensAt },
  });
  const { law, revision } = play.room;
  configure(play.room, play.caller(), law!, revision);
  play.pass(HOUR_MS);
  play.call();
  expect(play.tick(500).draw).toMatchObject({
    commitment: 'later',
    base: 0,
    size: 5,
    opensAt: later.opensAt,
  });
});
