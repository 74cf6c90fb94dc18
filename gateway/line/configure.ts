/** Writes a room's law from a revision: the newest revision rules, and only what it changed is done. */
import { step } from './advance.ts';
import { keepTokens, mostTokens } from './budget.ts';
import { completeLaw } from './complete-law.ts';
import { laneOf } from './lanes.ts';
import { goTo } from './operator-state.ts';
import { ratePerMinute } from './rate.ts';
import type { Room } from './room.ts';
import { viewOf } from './view.ts';
import type { Caller, RoomLaw, RoomView } from './words.ts';

/**
 * The law comes before the floors are compared: a store that came back empty takes the law's seats and state as the
 * first it sees (revision 1 of them), and the floors, which are newer, win.
 */
export function configure(room: Room, caller: Caller, law: RoomLaw, revision: number): RoomView {
  if (revision >= room.revision || room.law === null) obey(room, law, revision);
  step(room, caller);
  return viewOf(room);
}

function obey(room: Room, law: RoomLaw, revision: number): void {
  const before = room.law;
  const rateBefore = ratePerMinute(room);
  room.law = completeLaw(law);
  room.revision = revision;
  for (const lane in law.lanes) if (law.lanes[lane]! >= 1) laneOf(room, lane);
  // A law that says what it said before leaves an operator's word alone.
  if (before?.state !== law.state) goTo(room, law.state, null);
  // A restart, or the same value again, must not bring back seats that were sold.
  if (before === null || before.limits.seats !== law.limits.seats) {
    room.seats = law.limits.seats;
    room.seatsRev += 1;
  }
  // A new room may use its 2 s worth at once.
  if (before === null) room.callTokens = room.claimTokens = mostTokens(law.limits.admissionsPerMinute);
  else keepTokens(room, rateBefore);
}
