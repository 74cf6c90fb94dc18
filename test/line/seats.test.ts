/** Seats over whole days with faults, by the platform's own books: all are sold, and nobody fills a form for one that is gone (rules 1, 12). */
import { describe, expect, test } from 'vitest';
import type { Day, Incident } from '../../load-tests/simulate/day.ts';
import { seededDay } from '../../load-tests/simulate/days.ts';
import { playDay } from '../../load-tests/simulate/play.ts';
import { lineTransitions as line, type Transitions } from '../../load-tests/simulate/transitions.ts';

const MINUTES = 30;
const FAILOVERS = 12;

/** A seeded day with its kills, lost replies, wrong clocks and pauses, and a failover each 70 s that forgets 1.5 s. */
function faultyDay(seed: number): Day {
  const day = seededDay(seed, MINUTES);
  const failovers = Array.from({ length: FAILOVERS }, (_, index): Incident => {
    return { what: 'fail over', atSeconds: 150 + index * 70, downSeconds: 0.3, lostSeconds: 1.5 };
  });
  // A journal loses nothing that was answered; the simulator's snapshots do.
  const others = day.incidents.filter(({ what }) => what !== 'limit' && what !== 'kill all');
  return { ...day, gateways: Math.max(2, day.gateways), incidents: [...others, ...failovers] };
}

const selling = (day: Day, told: boolean): Day => ({ ...day, seats: { count: 150, giveUp: 0.3, told } });

const ALL_SOLD = { sold: 150, disappointed: 0, mostOver: 0, soldOutAtMs: expect.any(Number) };

test.each([1, 2, 3, 4, 5, 6])(
  'day %i with kills, lost replies, wrong clocks and twelve failovers sells every seat once and disappoints nobody',
  (seed) => {
    const outcome = playDay(selling(faultyDay(seed), true));
    console.info(JSON.stringify(outcome.seats));
    expect(outcome.losses).toBeGreaterThanOrEqual(FAILOVERS);
    expect(outcome.seats).toEqual(ALL_SOLD);
  },
);

test.each([1, 2, 3, 4])(
  'day %i: registrations alone count the seats, where the platform tells no figure and nothing fails',
  (seed) => {
    expect(playDay(selling({ ...seededDay(seed, MINUTES), incidents: [] }, false)).seats).toEqual(ALL_SOLD);
  },
);

test('three in ten who give up cost no more time than their stays: the seats are sold within that of the slots', () => {
  const day = { ...seededDay(1, MINUTES), incidents: [] };
  const { sessions } = day.limits;
  const outcome = playDay(selling(day, true));
  const firstWaitMs = 120_000;
  const turnoverMs = (150 / 0.7 / sessions) * day.visitors.staySeconds * 1_000;
  // The last seats go one by one: each is held until somebody registers or leaves.
  const lastMs = 6 * day.visitors.staySeconds * 1_000;
  expect(outcome.seats!.soldOutAtMs).toBeLessThan(firstWaitMs + turnoverMs + lastMs);
});

describe('the books notice', () => {
  const ignoresSeats: Transitions = {
    ...line,
    claim(room, caller, ticket) {
      const { seats } = room;
      room.seats = null;
      const answer = line.claim(room, caller, ticket);
      room.seats = seats;
      return answer;
    },
  };
  const sellsAgain: Transitions = {
    ...line,
    configure(room, caller, law, revision) {
      room.seats = law.limits.seats;
      return line.configure(room, caller, law, revision);
    },
    floorsOf: (view) => ({ ...line.floorsOf(view), seatsRev: 0 }),
  };

  test.each([
    ['a claim that asks for no seat', ignoresSeats, true],
    ['a failover that brings seats back, where nobody tells what is left', sellsAgain, false],
  ])('%s', (_fault, broken, told) => {
    const { seats } = playDay(selling(faultyDay(2), told), broken);
    expect(seats!.mostOver + seats!.disappointed).toBeGreaterThan(0);
  });
});
