/** Leave: frees a slot or a place at once; what was given up is spent, what failed is not. */
import { step } from './advance.ts';
import { useShare } from './apart.ts';
import { uncall, uncount } from './buckets.ts';
import { laneOf } from './lanes.ts';
import { isReturner, removeReturner } from './returners.ts';
import type { Room, Session } from './room.ts';
import { endSession, liveSession } from './sessions.ts';
import { isSpent, spend } from './spent.ts';
import type { Caller, LeaveHow, TicketFacts } from './words.ts';

const ENDED_KEPT = 1_000;

/** False: there was neither a session nor a place. Repeated, it does nothing. */
export function leave(room: Room, caller: Caller, id: string, how: LeaveHow, ticket?: TicketFacts): boolean {
  step(room, caller);
  const session = liveSession(room, id);
  if (session) return how === 'left' ? endForGood(room, session) : giveBack(room, session);
  return how === 'left' && ticket !== undefined && giveUp(room, ticket);
}

function endForGood(room: Room, session: Session): true {
  endSession(room, session);
  useShare(room, -1);
  if (!session.spent) spend(room, session.id, session.ticketUntil, session.number > 0);
  const others = room.endedSessions.filter((id) => id !== session.id);
  room.endedSessions = [...others.slice(1 - ENDED_KEPT), session.id];
  return true;
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
