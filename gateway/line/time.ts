/** Room time: the store's clock, never backwards, and never carried away by a clock that jumps (LINE.md, rule 3). */
import type { Room } from './room.ts';
import type { Caller } from './words.ts';

/** A longer silence is believed only as far as the caller's own monotonic clock bears it out. */
const BELIEVED_GAP_MS = 5_000;

/**
 * now = max(at, time + offset). Regimes:
 * - the clock went back: time stands for this step, and goes on from there with the next;
 * - more than 5 s passed since anybody's step: at most the caller's last answer plus its monotonic time since;
 * - the caller's last answer is later than the room's last step (the store lost steps): at least that answer.
 * A caller without an answer (lastAt 0) has nothing to say against the store's clock.
 */
export function tellRoomTime(room: Room, caller: Caller): number {
  let now = caller.time + room.offset;
  if (caller.lastAt > 0) {
    // Whole milliseconds: tickets and passes carry room time as integers, and monotonic clocks count in fractions.
    if (now - room.at > BELIEVED_GAP_MS) now = Math.min(now, Math.floor(caller.lastAt + caller.sinceMs));
    now = Math.max(now, caller.lastAt);
  }
  now = Math.max(now, room.at);
  room.offset = now - caller.time;
  return now;
}
