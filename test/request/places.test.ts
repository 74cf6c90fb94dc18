/** When who waits is told to ask again: at moments of their own, though they came at one. */
import { expect, test } from 'vitest';
import { createPlaces } from '../../gateway/request/places.ts';
import type { LiveRoom } from '../../gateway/request/rooms.ts';
import { Play } from '../line/play.ts';

const DICE = Array.from({ length: 100 }, (_, index) => (index + 0.5) / 100);
const room = { name: 'event', settings: { claimSeconds: 120 } } as LiveRoom;

/** Of somebody this far from the front of a room that lets 13 in each second, for each fall of the dice. */
function pollsAt(distance: number): number[] {
  const play = new Play({ limits: { admissionsPerMinute: 780 } });
  play.join(200);
  const { view } = play;
  const serving = view.lanes.default!.serving;
  const joined = { id: 'ticket', number: serving + distance, lane: 'default', epoch: view.epoch, serving };
  let random = 0;
  const places = createPlaces({
    ...{ ticketHours: () => 48, drawSeed: () => Buffer.alloc(32), random: () => random },
    clock: { wallMs: () => view.at, monotonicMs: () => 0 },
  });
  const ticket = places.newTicket(room, { ...joined, prequeue: false, view });
  return DICE.map((dice) => {
    random = dice;
    return places.of(room, ticket, view).pollAfterSeconds;
  });
}

test('rounding does not undo the jitter: who came at one moment does not ask at one moment', () => {
  for (const distance of [5, 25, 150]) {
    const polls = pollsAt(distance);
    const atOnce = Map.groupBy(polls, (seconds) => Math.floor(seconds * 5));
    const most = Math.max(...[...atOnce.values()].map(({ length }) => length));
    expect(most, `${distance} from the front, within a fifth of a second`).toBeLessThanOrEqual(
      0.2 * DICE.length,
    );
  }
});

test('nobody is told to ask again within two seconds, or after more than thirty', () => {
  for (const distance of [1, 5, 150, 100_000]) {
    const polls = pollsAt(distance);
    expect(Math.min(...polls)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...polls)).toBeLessThanOrEqual(30);
  }
});
