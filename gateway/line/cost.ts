/** What a called number costs on average, learned from how many of those called came, and when. */
import type { Bucket, Room } from './room.ts';

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

/**
 * Of those in the bucket who have not come, the share that still will. In the grace, at age a: r = share of the called
 * that come after a within the grace (learned by the second), (r + (1 − p) · q) / (1 − (p − r)), which is `cost` at age 0
 * and q at its end. Afterwards, u = part of the rest of the window that is over: q · (1 − u) / (1 − q · u), as
 * if late comers came evenly. Both are expectations given that the others did not come, so chance takes no slot out of use.
 */
export function shareStillToCome(room: Room, bucket: Bucket, graceMs: number): number {
  const age = room.at - bucket.t;
  const later = shareLater(room);
  if (bucket.old) {
    const rest = Math.max(1, (room.law?.claimMs ?? 0) - graceMs);
    const over = Math.min(1, Math.max(0, (age - graceMs) / rest));
    return over === 1 ? 0 : (later * (1 - over)) / (1 - later * over);
  }
  const atOnce = Math.min(1, shareAtOnce(room));
  const soon = Math.min(atOnce, cameAfter(room, age / 1000) / room.freshCalled);
  const notYet = 1 - (atOnce - soon);
  return notYet <= 0 ? 0 : Math.min(1, (soon + (1 - atOnce) * later) / notYet);
}

/** Of `freshCame`, those after this age; within a second evenly. */
function cameAfter(room: Room, ageSeconds: number): number {
  let sum = 0;
  for (let second = 0; second < room.cameByAge.length; second++) {
    sum += room.cameByAge[second]! * Math.min(1, Math.max(0, second + 1 - ageSeconds));
  }
  return sum;
}

export function learnFresh(room: Room, { called, came, cameByAge }: Bucket): void {
  const kept = keptOf(called);
  room.freshCalled = room.freshCalled * kept + called;
  room.freshCame = room.freshCame * kept + came;
  for (let second = 0; second < cameByAge.length; second++) {
    room.cameByAge[second] = room.cameByAge[second]! * kept + cameByAge[second]!;
  }
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
