/** Whether a room may be dropped: only if nobody would miss it. */
import { step } from './advance.ts';
import { waitingIn } from './lanes.ts';
import type { Room } from './room.ts';
import { lapsedSession } from './sessions.ts';
import type { Caller } from './words.ts';

/**
 * Nobody inside, nobody waiting, and every ticket spent or expired: numbers that were issued and never came keep the room
 * until a ticket's lifetime after the last join, and so do seats that were sold or told: they would be for sale again. Spent tickets are forgotten with the room; whoever makes it anew with a
 * higher epoch (`createRoom`) keeps them void.
 */
export function isForgettable(room: Room, caller: Caller): boolean {
  step(room, caller);
  if (room.sessions.size > 0 || room.returners.size > 0 || someoneMaySubmit(room)) return false;
  // Made anew it would go by its law again: an event that an operator ended would be open.
  if (room.law !== null && room.state !== room.law.state) return false;
  if (room.at >= room.ticketsUntil) return true;
  return !areSeatsCounted(room) && waitingIn(room) === 0 && room.spentTickets >= issuedIn(room);
}

function areSeatsCounted({ law, seats }: Room): boolean {
  return law !== null && seats !== law.limits.seats;
}

function issuedIn(room: Room): number {
  let issued = 0;
  for (const name in room.lanes) issued += room.lanes[name]!.issued;
  return issued;
}

function someoneMaySubmit(room: Room): boolean {
  for (const id of room.lapsed.keys()) if (lapsedSession(room, id)) return true;
  return false;
}
