/** Late comers: called, came when no slot was free; they go first, in the order of their numbers, while they keep asking. */
import type { Returner, Room } from './room.ts';

/** Kept a lane; further ones ask again and find their place as these get in. */
const MOST_KEPT = 5_000;
const UNSEEN_MS = 10_000;
const DROPPED_A_STEP = 1_000;

/** Late comers of the lane with a smaller number. Lanes do not wait for each other's: whoever asks first goes first. */
export function returnersAhead(room: Room, lane: string, number: number): number {
  const queue = room.returnersByNumber[lane];
  return queue ? firstAtLeast(queue, number, '') : 0;
}

/** The same ticket id may come with another number after a draw; each is a place of its own. Sorts as (lane, number, id). */
export function returnerKey({ lane, number, id }: Pick<Returner, 'lane' | 'number' | 'id'>): string {
  return `${lane}\0${String(number).padStart(16, '0')}\0${id}`;
}

export function isReturner(room: Room, ticket: Pick<Returner, 'lane' | 'number' | 'id'>): boolean {
  return room.returners.has(returnerKey(ticket));
}

export function addReturner(room: Room, ticket: Pick<Returner, 'lane' | 'number' | 'id'>): void {
  removeReturner(room, ticket);
  const { id, lane, number } = ticket;
  room.returnersByNumber[lane] ??= [];
  const queue = room.returnersByNumber[lane];
  const last = queue.at(-1);
  if (last && queue.length >= MOST_KEPT) {
    if (last.number <= number) return;
    removeReturner(room, last);
  }
  const returner = { id, lane, number, seen: room.at };
  queue.splice(firstAtLeast(queue, number, id), 0, returner);
  room.returners.set(returnerKey(returner), returner);
}

export function removeReturner(room: Room, ticket: Pick<Returner, 'lane' | 'number' | 'id'>): void {
  if (!room.returners.delete(returnerKey(ticket))) return;
  const queue = room.returnersByNumber[ticket.lane]!;
  queue.splice(firstAtLeast(queue, ticket.number, ticket.id), 1);
}

/** Who has not asked for 10 s is not waited for; with the ticket they may ask again. The longest unseen go first. */
export function dropUnseen(room: Room): void {
  const unseen: Returner[] = [];
  for (const returner of room.returners.values()) {
    if (returner.seen + UNSEEN_MS > room.at) break;
    unseen.push(returner);
  }
  if (unseen.length > DROPPED_A_STEP) unseen.sort(bySeen);
  for (const returner of unseen.slice(0, DROPPED_A_STEP)) removeReturner(room, returner);
}

function bySeen(a: Returner, b: Returner): number {
  return a.seen - b.seen || (returnerKey(a) < returnerKey(b) ? -1 : 1);
}

/** Index of the first that does not come before (number, id). */
function firstAtLeast(queue: Returner[], number: number, id: string): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = queue[middle]!;
    if (at.number < number || (at.number === number && at.id < id)) low = middle + 1;
    else high = middle;
  }
  return low;
}
