/** Makes of a room from a backup the room that goes on: marked as lost, so that gateways and tickets lift it before anybody is called, and nothing goes back. Pure. */
import { configure } from '../line/configure.ts';
import { forgetGateway } from '../line/loss.ts';
import { markLoss } from '../line/recover.ts';
import { type Room, roomFromJson, roomToJson } from '../line/room.ts';
import type { Caller } from '../line/words.ts';
import type { Numbers } from './words.ts';

export const RESTORER = 'restore';

/** Nothing issued, nobody inside: nobody would notice that another room stands in its place. */
export function isBlank(room: Room): boolean {
  return issuedIn(room) === 0 && room.sessions.size === 0;
}

/** A line that began anew since the backup is never replaced by the one before it. */
export function mayReplace(present: Room | null, backup: Room): boolean {
  return present === null || (isBlank(present) && present.epoch <= backup.epoch);
}

export function issuedIn(room: Room): number {
  return Object.values(room.lanes).reduce((sum, { issued }) => sum + issued, 0);
}

export function numbersOf({ epoch, fence, lanes }: Room): Numbers {
  const plain: Numbers['lanes'] = {};
  for (const [name, { issued, serving }] of Object.entries(lanes)) plain[name] = { issued, serving };
  return { epoch, fence, lanes: plain };
}

/** `blank`: the room that stands there now. `nowMs`: the store's clock. */
export function revive(backup: Room, blank: Room | null, nowMs: number): Room {
  const room = roomFromJson(roomToJson(backup));
  // Gateways of then are not silent, they are not there: nobody keeps a share for them.
  for (const gateway of [...room.gateways.keys()]) forgetGateway(room, gateway);
  Object.assign(room, { apart: null, server: '' });
  const caller = callerAt(nowMs);
  if (blank) takeNewer(room, blank, caller);
  markLoss(room, caller);
  forgetGateway(room, RESTORER);
  return room;
}

/** What was decided since the backup stands: law, state, seats; and counters only ever rise. */
function takeNewer(room: Room, blank: Room, caller: Caller): void {
  room.fence = Math.max(room.fence, blank.fence);
  room.seq = Math.max(room.seq, blank.seq);
  room.prunedSeq = Math.max(room.prunedSeq, blank.seq);
  if (blank.law && blank.revision >= room.revision) configure(room, caller, blank.law, blank.revision);
  if (blank.stateRev > room.stateRev)
    Object.assign(room, { state: blank.state, stateUntil: blank.stateUntil, stateRev: blank.stateRev });
  if (blank.seatsRev > room.seatsRev) Object.assign(room, { seats: blank.seats, seatsRev: blank.seatsRev });
}

export function callerAt(time: number): Caller {
  return {
    ...{ gateway: RESTORER, gone: [], server: '', time },
    ...{ lastAt: 0, sinceMs: 0, lastSeq: 0, floors: null },
  };
}
