/** Laws of provisional places: each becomes one number, in their order, whoever asks and how often. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redeem } from '../../gateway/line/redeem.ts';
import { roomFromJson, roomToJson } from '../../gateway/line/room.ts';
import { Play } from './play.ts';

const outage = { gateway: 'a', outage: 'o1', lane: 'default' };

/** The number of a place, asked for by whatever gateway. */
function numberOf(play: Play, k: number, place = outage, by = 'b'): number {
  const answer = redeem(play.room, play.caller(by), play.room.epoch, { ...place, k });
  if (answer.kind !== 'redeemed') throw new Error('the line has ended');
  return answer.number;
}

test('the gateway redeems its last place, and every place before it has its number: base + k', () => {
  const play = new Play({ limits: { sessions: 0 } });
  play.join(7);
  expect(numberOf(play, 40)).toBe(47);
  expect([1, 2, 39, 40].map((k) => numberOf(play, k))).toEqual([8, 9, 46, 47]);
  play.join(1);
  expect(play.view.issued).toBe(48);
});

test('a place has one number, whoever asks and how often, through joins and a restart of the store', () => {
  const asks = fc.array(fc.record({ k: fc.integer({ min: 1, max: 60 }), join: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(asks, (list) => {
      const play = new Play({ limits: { sessions: 0 } });
      const known = new Map<number, number>();
      for (const { k, join } of list) {
        const number = numberOf(play, k);
        expect(known.get(k) ?? number).toBe(number);
        known.set(k, number);
        if (join) play.join(1);
        else play.room = roomFromJson(roomToJson(play.room));
      }
      const inOrder = [...known].sort(([a], [b]) => a - b).map(([, number]) => number);
      expect(inOrder).toEqual([...new Set(inOrder)].sort((a, b) => a - b));
    }),
  );
});

test('no number is given twice: not to two outages, two lanes, or a newcomer', () => {
  const place = fc.record({
    gateway: fc.constantFrom('a', 'b'),
    outage: fc.constantFrom('o1', 'o2'),
    lane: fc.constantFrom('default', 'vip'),
    k: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(place, { maxLength: 60 }), (places) => {
      const play = new Play({ limits: { sessions: 0 }, lanes: { default: 1, vip: 3 } });
      const holders = new Map<string, string>();
      const take = (lane: string, number: number, holder: string) => {
        expect(holders.get(`${lane} ${number}`) ?? holder).toBe(holder);
        holders.set(`${lane} ${number}`, holder);
      };
      for (const { k, ...of } of places) {
        take(of.lane, numberOf(play, k, of), `${of.gateway} ${of.outage} ${k}`);
        for (const { id, lane, number } of play.join(1, of.lane)) take(lane, number, id);
      }
    }),
  );
});

test('a place is void when the line it was given in has ended', () => {
  const play = new Play();
  const { epoch } = play.room;
  play.configure({ state: 'ended' });
  play.configure({ state: 'open' });
  const answer = redeem(play.room, play.caller(), epoch, { ...outage, k: 3 });
  expect([answer.kind, play.view.epoch, answer.view.issued]).toEqual(['void', epoch + 1, 0]);
});

test('tickets that redeem themselves one by one leave few pieces behind', () => {
  const play = new Play({ limits: { sessions: 0 } });
  const numbers = Array.from({ length: 2_000 }, (_, index) => {
    play.join(1);
    return numberOf(play, index + 1);
  });
  expect(new Set(numbers).size).toBe(2_000);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  const pieces = play.room.provisional.get('a o1 default')!;
  expect(pieces.length).toBeLessThan(20);
  // Pieces grow by halves: never more gaps than places.
  expect(play.room.lanes.default!.issued).toBeLessThan(2_000 + 2 * 2_000);
});

test('a number that was redeemed is called in its turn, and its ticket admitted', () => {
  const play = new Play({ limits: { sessions: 3 } });
  play.join(3);
  const number = numberOf(play, 1);
  play.tick(1_000);
  expect(play.view.serving).toBe(3);
  play.leave({ ...play.join(1)[0]!, id: 'v1' });
  play.tick(1_000);
  expect(play.view.serving).toBeGreaterThanOrEqual(number);
});

test('outages beyond the newest 256 are forgotten, the oldest first', () => {
  const play = new Play({ limits: { sessions: 0 } });
  const number = numberOf(play, 1);
  for (let index = 0; index < 255; index++) numberOf(play, 1, { ...outage, outage: `later-${index}` });
  expect(numberOf(play, 1)).toBe(number);
  numberOf(play, 1, { ...outage, outage: 'one-more' });
  expect(numberOf(play, 1)).not.toBe(number);
  expect(play.room.provisional.size).toBe(256);
});
