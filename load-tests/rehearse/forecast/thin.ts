/**
 * A large crowd is foreseen by a part of it: every n-th guest, at an n-th of the limits, waits as long as all would. Pure.
 * Only where what is left of the limits is still large: in a small room chance matters.
 */
import type { RoomLaw } from '../../../gateway/line/words.ts';
import type { Guest, RoomPlayed } from './words.ts';

const LARGE_CROWD = 20_000;
/** Of sessions, and of admissions a minute. */
const LEAST_LEFT = 150;

/** How many are foreseen by one: 1, or more. */
export function thinningOf(law: RoomLaw, guests: number): number {
  const { sessions, admissionsPerMinute, seats } = law.limits;
  const bounds = [sessions, admissionsPerMinute, seats].filter((bound) => bound !== null);
  const most = Math.min(...bounds.map((bound) => Math.floor(bound / LEAST_LEFT)));
  return Math.max(1, Math.min(Math.ceil(guests / LARGE_CROWD), most));
}

export function thinnedLaw(law: RoomLaw, times: number): RoomLaw {
  const { sessions, admissionsPerMinute, seats, submitReserve } = law.limits;
  const part = (bound: number | null) => (bound === null ? null : Math.round(bound / times));
  return {
    ...law,
    limits: {
      sessions: part(sessions),
      admissionsPerMinute: part(admissionsPerMinute),
      seats: part(seats),
      submitReserve: Math.round(submitReserve / times),
    },
  };
}

export function thinnedGuests(guests: readonly Guest[], times: number): readonly Guest[] {
  return times === 1 ? guests : guests.filter((_, index) => index % times === 0);
}

export function enlarged(played: RoomPlayed, times: number): RoomPlayed {
  if (times === 1) return played;
  const { waitsMs, waiting } = played;
  return {
    // Each stands for the others: what rooms have in common is weighed by people.
    waitsMs: waitsMs.flatMap((wait) => new Array<number>(times).fill(wait)),
    waiting: waiting.map((count) => count * times),
    admitted: played.admitted * times,
    walkedAway: played.walkedAway * times,
    turnedAway: played.turnedAway * times,
    registered: played.registered * times,
    mostInside: played.mostInside * times,
  };
}
