/** Seats: registrations left; a session holds one until it registers or ends. */
import { step } from './advance.ts';
import type { Room } from './room.ts';
import { lapsedSession, liveSession } from './sessions.ts';
import type { Caller } from './words.ts';

/**
 * The session takes its seat for good and stays inside; told again it does nothing. Where one answer of the platform says
 * both, this comes before `setSeats`: the platform's figure has counted the registration already.
 */
export function register(room: Room, caller: Caller, id: string): void {
  step(room, caller);
  const live = liveSession(room, id);
  const session = live ?? lapsedSession(room, id);
  if (!session || session.registered) return;
  session.registered = true;
  if (live) room.unregistered -= 1;
  if (room.seats === null) return;
  room.seats = Math.max(0, room.seats - 1);
  room.seatsRev += 1;
}

/** The platform's or an operator's word; null: no limit. */
export function setSeats(room: Room, caller: Caller, seats: number | null): void {
  step(room, caller);
  if (room.seats === seats) return;
  room.seats = seats;
  room.seatsRev += 1;
  // So long the room remembers it, whether anybody comes or not.
  room.ticketsUntil = Math.max(room.ticketsUntil, room.at + (room.law?.ticketMs ?? 0));
}
