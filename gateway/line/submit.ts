/** Submit: a filled form goes ahead of the line, into the whole limit with its reserve. */
import { step } from './advance.ts';
import { freeSeats } from './budget.ts';
import type { Room, Session } from './room.ts';
import { FIRST_LEASE_MS, factsOf, lapsedSession, liveSession, openSession } from './sessions.ts';
import { isSpent, spend } from './spent.ts';
import type { Caller, SessionFacts } from './words.ts';

/**
 * The session of `id` comes back: the one that lives, or the one that lapsed within the grace; an id that never was here is
 * somebody who was there before the rule. Null: no slot is free, the grace is over, or the room is offline, ended or healing. No
 * rate is charged: it goes on with a visit that was admitted before.
 */
export function submit(
  room: Room,
  caller: Caller,
  id: string,
): { session: SessionFacts; epoch: number; fence: number } | null {
  step(room, caller);
  const session = liveSession(room, id) ?? comeBack(room, id);
  return session ? { session: factsOf(session), epoch: room.epoch, fence: room.fence } : null;
}

function comeBack(room: Room, id: string): Session | null {
  if (room.law === null || room.state === 'offline' || room.state === 'ended') return null;
  // After a loss sessions may be missing: the limit is not known to hold.
  if (room.at < room.recoverUntil) return null;
  const lapsed = lapsedSession(room, id);
  // A ticket that was spent, and whose session did not lapse just now, has had its turn.
  if (!lapsed && isSpent(room, id)) return null;
  if (!hasSlot(room, lapsed?.registered ?? false)) return null;
  return openSession(room, { ...(lapsed ?? newcomer(room, id)), leaseUntil: nextLease(room, lapsed) });
}

function hasSlot(room: Room, isRegistered: boolean): boolean {
  const { sessions } = room.law!.limits;
  return (sessions === null || room.sessions.size < sessions) && (isRegistered || freeSeats(room) >= 1);
}

/** A full lease; once the maximum has passed only a first one, so that this form can be sent, and no more. */
function nextLease(room: Room, lapsed: Session | undefined): number {
  const { idleMs, maxMs } = room.law!;
  const startedAt = lapsed?.startedAt ?? room.at;
  return Math.max(room.at + FIRST_LEASE_MS, Math.min(room.at + 1.25 * idleMs, startedAt + maxMs));
}

function newcomer(room: Room, id: string): Omit<Session, 'queuedUntil'> {
  const ticketUntil = room.at + room.law!.ticketMs;
  spend(room, id, ticketUntil, false);
  const times = { startedAt: room.at, leaseUntil: 0, ticketUntil };
  return { id, lane: 'default', number: 0, ...times, spent: true, registered: false };
}
