/** What a called number costs on average, learned from how many of those called came, and when. */
import type { Room } from './room.ts';

/** Learning halves the weight of what was known after about 200 calls. */
const HALF_LIFE_CALLS = 289;
const LEAST_SHARE = 0.1;
const GREATEST_SHARE = 2;

/** p: share of the called that come within the grace (7 s), 0.1 to 2 (two tickets may share a number). */
export function shareAtOnce(room: Room): number {
  return Math.min(GREATEST_SHARE, Math.max(LEAST_SHARE, room.freshCame / room.freshCalled));
}

/** q: share of the others that come later, within the claim window. */
export function shareLater(room: Room): number {
  return Math.min(1, room.oldCame / room.oldCalled);
}

/** cost = p + max(0, 1 − p) · q: slots that a call takes up in the end. */
export function costOfCall(room: Room): number {
  const atOnce = shareAtOnce(room);
  return atOnce + Math.max(0, 1 - atOnce) * shareLater(room);
}

export function learnFresh(room: Room, called: number, came: number): void {
  const kept = keptOf(called);
  room.freshCalled = room.freshCalled * kept + called;
  room.freshCame = room.freshCame * kept + came;
}

export function learnOld(room: Room, called: number, came: number): void {
  const kept = keptOf(called);
  room.oldCalled = room.oldCalled * kept + called;
  room.oldCame = room.oldCame * kept + came;
}

/** 289 / (289 + n) instead of 2^(−n/200): the same to first order, and every language divides alike. */
function keptOf(called: number): number {
  return HALF_LIFE_CALLS / (HALF_LIFE_CALLS + called);
}
