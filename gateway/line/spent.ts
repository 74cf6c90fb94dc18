/** Which tickets are spent: each is remembered until it expires, so that it makes a session once. */
import { pushDeadline, takeDue } from './deadlines.ts';
import type { Room } from './room.ts';

const PRUNED_A_STEP = 1_000;

export function isSpent(room: Room, id: string): boolean {
  return room.claimed.has(id);
}

/** `isNumbered`: the ticket has a number of this epoch, so that one fewer is out. */
export function spend(room: Room, id: string, expiresAt: number, isNumbered: boolean): void {
  if (room.claimed.has(id)) return;
  room.claimed.set(id, expiresAt);
  pushDeadline(room.claimedEnds, { at: expiresAt, id });
  if (isNumbered) room.spentTickets += 1;
}

export function pruneSpent(room: Room): void {
  for (let pruned = 0; pruned < PRUNED_A_STEP; pruned++) {
    const due = takeDue(room.claimedEnds, room.at);
    if (!due) return;
    room.claimed.delete(due.id);
  }
}
