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

export function addReturner(room: Room, id: string, lane: string, number: number): void {
  removeReturner(room, id);
  room.returnersByNumber[lane] ??= [];
  const queue = room.returnersByNumber[lane];
  if (queue.length >= MOST_KEPT) {
    if (queue[queue.length - 1]!.number <= number) return;
    room.returners.delete(queue.pop()!.id);
  }
  const returner = { id, lane, number, seen: room.at };
  queue.splice(firstAtLeast(queue, number, id), 0, returner);
  room.returners.set(id, returner);
}

export function removeReturner(room: Room, id: string): void {
  const returner = room.returners.get(id);
  if (!returner) return;
  room.returners.delete(id);
  const queue = room.returnersByNumber[returner.lane]!;
  queue.splice(firstAtLeast(queue, returner.number, id), 1);
}

/** Who has not asked for 10 s is not waited for; with the ticket they may ask again. */
export function dropUnseen(room: Room): void {
  let left = DROPPED_A_STEP;
  for (const returner of room.returners.values()) {
    if (left-- === 0 || returner.seen + UNSEEN_MS > room.at) return;
    removeReturner(room, returner.id);
  }
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
