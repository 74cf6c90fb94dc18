/** Sessions that are over for good: their slots are free, their passes are refused, and a store that lost their end is told of it again. */
import { step } from './advance.ts';
import { useShare } from './apart.ts';
import type { Room, Session } from './room.ts';
import { endSession, liveSession } from './sessions.ts';
import { spend } from './spent.ts';
import type { Caller } from './words.ts';

const ENDED_KEPT = 1_000;

/**
 * What a gateway knows to have ended, after a loss, for as long as leases may be restored; answers how many still had a slot.
 * Without it a failover brings back who left while the replica was cut off, and holds their slots until their leases end.
 */
export function retire(room: Room, caller: Caller, ids: readonly string[]): number {
  step(room, caller);
  if (room.at >= room.restoreUntil) return 0;
  let retired = 0;
  for (const id of ids) {
    const session = liveSession(room, id);
    if (session) {
      endForGood(room, session);
      retired += 1;
    } else if (!room.endedSessions.includes(id)) noteEnded(room, id);
  }
  return retired;
}

export function endForGood(room: Room, session: Session): void {
  endSession(room, session);
  useShare(room, -1);
  if (!session.spent) spend(room, session.id, session.ticketUntil, session.number > 0);
  noteEnded(room, session.id);
}

/** Newest last. Nobody brings it back from now on. */
export function noteEnded(room: Room, id: string): void {
  const others = room.endedSessions.filter((other) => other !== id);
  room.endedSessions = [...others.slice(1 - ENDED_KEPT), id];
}
