/** The state that operators give a room: each change is newer than all before it, and one may end by itself. */
import { startEpoch } from './loss.ts';
import type { Room } from './room.ts';
import type { OperatorState } from './words.ts';

/** Out of `ended` leads a new epoch only: the line that ended stays ended. `until`: room time, ms; null: no end. */
export function goTo(room: Room, state: OperatorState, until: number | null): void {
  if (room.state === 'ended' && state !== 'ended') startEpoch(room, room.epoch + 1);
  room.state = state;
  room.stateUntil = until;
  room.stateRev += 1;
}

/** A pause that was given an end is over: every place is where it was. */
export function reopenInTime(room: Room): void {
  if (room.stateUntil !== null && room.at >= room.stateUntil) goTo(room, 'open', null);
}
