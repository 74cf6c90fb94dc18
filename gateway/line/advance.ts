/** Every step begins here: room time goes on, what is over is dropped, what was lost is lifted, what was earned is booked, and a pause whose time has come is over. */

import { presentShare, stepApart } from './apart.ts';
import { ageBuckets, holdWindows } from './buckets.ts';
import { earnTokens, isSoldOut } from './budget.ts';
import { waitingIn } from './lanes.ts';
import { liftToCaller, rememberSeq } from './loss.ts';
import { maintenanceOf } from './maintenance.ts';
import { isPrequeue, stepOpening } from './opening.ts';
import { reopenInTime } from './operator-state.ts';
import { measurePace } from './pace.ts';
import { dropUnseen } from './returners.ts';
import type { Room } from './room.ts';
import { dropLapsed, forgetLapsed } from './sessions.ts';
import { pruneSpent } from './spent.ts';
import { tellRoomTime } from './time.ts';
import type { Caller } from './words.ts';

/** A busy room is ticked twice a second: one that was not stepped for so long slept. */
const ASLEEP_MS = 2_000;

/** Room time is `room.at` afterwards. */
export function step(room: Room, caller: Caller): void {
  advance(room, tellRoomTime(room, caller));
  liftToCaller(room, caller);
  stepApart(room, caller);
  reopenInTime(room);
  stepOpening(room);
  room.seq += 1;
  rememberSeq(room, caller.gateway);
}

/** Whether numbers may be called and claimed at this moment. */
export function isMoving(room: Room): boolean {
  if (room.law === null || room.state !== 'open' || room.at < room.recoverUntil) return false;
  return !isPrequeue(room) && maintenanceOf(room) === null;
}

/** Steps of one millisecond change nothing here, so a burst of joins costs little. */
function advance(room: Room, now: number): void {
  const elapsedMs = now - room.at;
  if (elapsedMs <= 0) return;
  const wasMoving = isMoving(room);
  // The room's first step: nothing was earned before it.
  const isFirst = room.at === 0;
  room.at = now;
  if (elapsedMs > ASLEEP_MS) room.awakeSince = now;
  if (isFirst) return;
  dropLapsed(room);
  forgetLapsed(room);
  pruneSpent(room);
  dropUnseen(room);
  measurePace(room, elapsedMs, wasMoving && waitingIn(room) > 0 && !isSoldOut(room));
  if (wasMoving) {
    earnTokens(room, elapsedMs, presentShare(room));
    ageBuckets(room);
  } else holdWindows(room, elapsedMs);
}
