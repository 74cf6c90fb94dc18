/** Leave: frees a slot or a place at once; what was given up is spent, what failed is not. */
import { step } from './advance.ts';
import { useShare } from './apart.ts';
import { uncall, uncount } from './buckets.ts';
import { laneOf } from './lanes.ts';
import { endForGood, noteEnded } from './retire.ts';
import { isReturner, removeReturner } from './returners.ts';
import type { Room, Session } from './room.ts';
import { endSession, liveSession } from './sessions.ts';
import { isSpent, spend } from './spent.ts';
import type { Caller, LeaveHow, TicketFacts } from './words.ts';

/** False: there was neither a session nor a place. Repeated, it does nothing. */
export function leave(room: Room, caller: Caller, id: string, how: LeaveHow, ticket?: TicketFacts): boolean {
  step(room, caller);
  const session = liveSession(room, id);
  if (session && how === 'left') {
    endForGood(room, session);
    return true;
  }
  if (session) return giveBack(room, session);
  if (how !== 'left') return false;
  // The store lost it; a gateway that knows the lease may be about to bring it back.
  if (room.at < room.restoreUntil) noteEnded(room, id);
  return ticket !== undefined && giveUp(room, ticket);
}

/** The first answer failed. Once an answer was sent there is nothing to give back: the visitor is inside. */
function giveBack(room: Room, session: Session): boolean {
  if (session.spent) return false;
  endSession(room, session);
  useShare(room, -1);
  uncount(room, session.lane, session.number);
  return true;
}

/** A place in the line, called or not. */
function giveUp(room: Room, ticket: TicketFacts): boolean {
  if (ticket.epoch !== room.epoch || ticket.expiresAt <= room.at || isSpent(room, ticket.id)) return false;
  const isCalled = ticket.number <= laneOf(room, ticket.lane).serving;
  if (isCalled && !isReturner(room, ticket)) uncall(room, ticket.lane, ticket.number);
  removeReturner(room, ticket);
  spend(room, ticket.id, ticket.expiresAt, true);
  return true;
}
