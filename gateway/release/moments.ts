/** The moments at which a room changes by itself, so that it is stepped exactly then: an opening, the end of a pause or of a maintenance. */
import type { RoomView } from '../line/words.ts';

/** After the moment: a tick that comes a little early would change nothing. */
const AFTER_MS = 5;

/** Ms from the view until just after the next of them; null: none lies ahead. A room in its prequeue opens; a room that opened has. */
export function nextMomentMs({ at, opensAt, stateUntil, maintenance }: RoomView): number | null {
  let next = Number.POSITIVE_INFINITY;
  for (const moment of [opensAt, stateUntil, maintenance?.until ?? null])
    if (moment !== null && moment > at) next = Math.min(next, moment);
  return next === Number.POSITIVE_INFINITY ? null : next - at + AFTER_MS;
}
