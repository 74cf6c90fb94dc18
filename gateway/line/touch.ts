/** Touch: extends leases, many at once, and spends a ticket when its visitor has surely got an answer. */
import { step } from './advance.ts';
import type { Room } from './room.ts';
import { extendLease, FIRST_LEASE_MS, factsOf, liveSession, settleLease } from './sessions.ts';
import { spend } from './spent.ts';
import { viewOf } from './view.ts';
import type { Caller, SessionFacts, Touch, TouchAnswer } from './words.ts';

/** A session is touched once in a quarter of its idle time: touched just before that, it must last the whole of it. */
const LEASE_IN_IDLE_TIMES = 1.25;

export function touch(room: Room, caller: Caller, touches: readonly Touch[]): TouchAnswer {
  step(room, caller);
  const leases = touches.map((each) => touchOne(room, each));
  return { leases, view: viewOf(room) };
}

/** A lost answer must not spend a ticket, so `answering` writes no claim (LINE.md, rule 2). */
function touchOne(room: Room, { id, how }: Touch): SessionFacts | null {
  const session = liveSession(room, id);
  if (!session) return null;
  const leaseMs = LEASE_IN_IDLE_TIMES * (room.law?.idleMs ?? 0);
  if (how === 'answering') extendLease(room, session, FIRST_LEASE_MS);
  else if (session.spent) extendLease(room, session, leaseMs);
  else {
    spend(room, id, session.ticketUntil, session.number > 0);
    session.spent = true;
    settleLease(room, session, leaseMs);
  }
  return factsOf(session);
}
