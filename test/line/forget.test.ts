/** A room may be dropped only if nobody would miss it. */
import { expect, test } from 'vitest';
import { isForgettable } from '../../gateway/line/forget.ts';
import { createRoom } from '../../gateway/line/room.ts';
import { register, setSeats } from '../../gateway/line/seats.ts';
import { HOUR_MS, Play } from './play.ts';

const forgettable = (play: Play) => isForgettable(play.room, play.caller());

test('a room that nobody ever joined', () => {
  expect(forgettable(new Play())).toBe(true);
});

test('not while somebody is inside, waits, or may still send a form', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, waiting] = play.join(2);
  expect(forgettable(play)).toBe(false);
  play.leave(waiting);
  play.tick(500);
  expect(forgettable(play)).toBe(false);
  play.touch(inside);
  play.tick(75_000);
  expect(forgettable(play)).toBe(false);
  play.tick(60_000);
  expect(forgettable(play)).toBe(true);
});

test('once every ticket was spent', () => {
  const play = new Play({ limits: { sessions: 5 } });
  for (const ticket of play.join(3)) play.leave(ticket);
  expect(forgettable(play)).toBe(true);
});

test('not while seats that were sold, or told, would be for sale again: for a ticket’s lifetime', () => {
  const sold = new Play({ limits: { sessions: 5, seats: 2 } });
  const [buyer] = sold.join(1);
  sold.touch(buyer);
  register(sold.room, sold.caller(), buyer!.id);
  sold.leave(buyer);
  const told = new Play({ limits: { sessions: 5, seats: 2 } });
  setSeats(told.room, told.caller(), 0);
  for (const play of [sold, told]) {
    expect(forgettable(play)).toBe(false);
    play.pass(48 * HOUR_MS);
    expect(forgettable(play)).toBe(true);
  }
});

test('tickets that never came keep it for their lifetime after the last join', () => {
  const play = new Play({ limits: { sessions: 5 } });
  play.join(3);
  play.pass(47 * HOUR_MS);
  expect(forgettable(play)).toBe(false);
  play.pass(HOUR_MS);
  expect(forgettable(play)).toBe(true);
});

test('made anew with a higher epoch, its old tickets are void', () => {
  const play = new Play();
  const [ticket] = play.join(1);
  play.leave(ticket);
  const { room } = play;
  play.room = createRoom('event-1', room.epoch + 1);
  play.forgetGateways();
  play.configure();
  expect(play.claim(ticket).kind).toBe('void');
});
