/** Sessions: who is inside, until when, and who fell out of it lately enough to send a filled form. */
import { uncount } from './buckets.ts';
import { pushDeadline, takeDue } from './deadlines.ts';
import type { Room, Session } from './room.ts';
import type { SessionFacts } from './words.ts';

/** Until the first answer was sent, a session is held this long at a time. */
export const FIRST_LEASE_MS = 30_000;
/** Sessions that one step drops at most; the others count as live until the next. */
const DROPPED_A_STEP = 1_000;

export function openSession(room: Room, facts: Omit<Session, 'queuedUntil'>): Session {
  const session = { ...facts, queuedUntil: facts.leaseUntil };
  room.sessions.set(session.id, session);
  room.lapsed.delete(session.id);
  if (!session.registered) room.unregistered += 1;
  pushDeadline(room.leaseEnds, { at: session.leaseUntil, id: session.id });
  return session;
}

export function endSession(room: Room, session: Session): void {
  room.sessions.delete(session.id);
  if (!session.registered) room.unregistered -= 1;
}

/** The session if its lease runs; one whose lease is over is dropped in passing. */
export function liveSession(room: Room, id: string): Session | undefined {
  const session = room.sessions.get(id);
  if (!session || session.leaseUntil > room.at) return session;
  lapse(room, session);
  return undefined;
}

/** Who may still send a form: the lease ended less than the grace ago, and was touched. */
export function lapsedSession(room: Room, id: string): Session | undefined {
  const session = room.lapsed.get(id);
  return session && session.leaseUntil + (room.law?.submitGraceMs ?? 0) > room.at ? session : undefined;
}

/** 1.25 × idle, for it is touched once in a quarter of the idle time; the maximum is a hard end. Never shortens. */
export function extendLease(room: Room, session: Session, forMs: number): void {
  const hardEnd = session.startedAt + (room.law?.maxMs ?? 0);
  session.leaseUntil = Math.max(session.leaseUntil, Math.min(room.at + forMs, hardEnd));
}

/** The first answer was sent: the provisional lease gives way to a touch's, which is shorter where idle times are. */
export function settleLease(room: Room, session: Session, forMs: number): void {
  session.leaseUntil = Math.min(room.at + forMs, session.startedAt + (room.law?.maxMs ?? 0));
  if (session.leaseUntil < session.queuedUntil) requeue(room, session);
}

export function factsOf({ id, startedAt, leaseUntil }: Session): SessionFacts {
  return { id, startedAt, leaseUntil };
}

export function dropLapsed(room: Room): void {
  for (let dropped = 0; dropped < DROPPED_A_STEP; ) {
    const due = takeDue(room.leaseEnds, room.at);
    if (!due) return;
    const session = room.sessions.get(due.id);
    // Left over from a session of the same ticket that was given back.
    if (session?.queuedUntil !== due.at) continue;
    // Also where it lapsed meanwhile: they lapse in the order of their leases' ends.
    if (session.leaseUntil > due.at) requeue(room, session);
    else {
      lapse(room, session);
      dropped += 1;
    }
  }
}

function requeue(room: Room, session: Session): void {
  session.queuedUntil = session.leaseUntil;
  pushDeadline(room.leaseEnds, { at: session.leaseUntil, id: session.id });
}

/** Forgets lapsed sessions whose grace is over, those first whose lease ended first. */
export function forgetLapsed(room: Room): void {
  const until = room.at - (room.law?.submitGraceMs ?? 0);
  for (let forgotten = 0; forgotten < DROPPED_A_STEP; ) {
    const due = takeDue(room.lapsedEnds, until);
    if (!due) return;
    // Left over from a session that came back.
    if (room.lapsed.get(due.id)?.leaseUntil !== due.at) continue;
    room.lapsed.delete(due.id);
    forgotten += 1;
  }
}

function lapse(room: Room, session: Session): void {
  endSession(room, session);
  // Nobody saw an answer: the ticket is good, and its holder is expected once more.
  if (!session.spent) {
    uncount(room, session.lane, session.number);
    return;
  }
  room.lapsed.set(session.id, session);
  pushDeadline(room.lapsedEnds, { at: session.leaseUntil, id: session.id });
}
