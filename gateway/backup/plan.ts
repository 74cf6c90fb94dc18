/** Decides for every room of a backup what a restore may do with it, before anything is changed. Pure. */
import type { Room } from '../line/room.ts';
import { isBlank, issuedIn, mayReplace } from './revive.ts';

export type Fate =
  | { kind: 'write'; room: Room }
  | { kind: 'lift'; room: Room }
  | { kind: 'refuse'; room: Room; why: string };

/** `present`: the room in the store now; null: it is not there. */
export function fateOf(room: Room, present: Room | null, mayLift: boolean): Fate {
  if (present === null || mayReplace(present, room)) return { kind: 'write', room };
  if (mayLift || bringsNothing(room, present)) return { kind: 'lift', room };
  const why = isBlank(present)
    ? `its line began anew since: epoch ${present.epoch}, the backup has ${room.epoch}`
    : `it is live: ${issuedIn(present)} numbers given, ${present.sessions.size} inside`;
  return { kind: 'refuse', room, why };
}

/** A room that was quiet then keeps nobody's line from being restored: to lift to it changes nothing. */
function bringsNothing(room: Room, present: Room): boolean {
  return isBlank(room) && room.epoch <= present.epoch && room.fence <= present.fence;
}
