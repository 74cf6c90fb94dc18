/** Losses of stores, counted from rooms' views. */
import { expect, test } from 'vitest';
import { createLossesSeen } from '../../gateway/observe/losses-seen.ts';

const view = (losses: number, holdUntil = 0, room = 'a') => ({ room, losses, holdUntil });
const newsOf = (...views: ReturnType<typeof view>[]) => {
  const seen = createLossesSeen();
  return views.map(seen.news);
};

test('a loss is counted once, however often its room is seen, and those from before a room was seen are not', () => {
  expect(newsOf(view(5), view(5), view(7, 3_000), view(7, 3_000), view(7))).toEqual([0, 0, 2, 0, 0]);
  expect(newsOf(view(1), view(1, 0, 'b'), view(2, 0, 'b'))).toEqual([0, 0, 1]);
});

test('a store that is emptied again and again, and counts anew each time, is counted each time', () => {
  expect(newsOf(view(3), view(1, 3_000), view(1), view(1, 60_000), view(1, 60_000))).toEqual([0, 1, 0, 1, 0]);
});

test('a room that was forgotten and is made anew has lost nothing', () => {
  expect(newsOf(view(3), view(0))).toEqual([0, 0]);
});
