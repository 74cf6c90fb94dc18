/** Call: the release tick raises `serving` by what limits, budgets and expected no-shows allow, and never past it. */
import { isMoving, step } from './advance.ts';
import { expectedArrivals, recordCall } from './buckets.ts';
import { callBudget, freeSlots } from './budget.ts';
import { costOfCall } from './cost.ts';
import { shareOut, waitingIn } from './lanes.ts';
import type { Room } from './room.ts';
import { viewOf } from './view.ts';
import type { Caller, RoomView } from './words.ts';

/** Another gateway's call this short a time ago was as good as this one (LINE.md, rule 7). */
const JUST_CALLED_MS = 250;

/**
 * free = min(slots − R − expected, callTokens − R), R = late comers, who go first;
 * k = min(waiting, max(free ≥ 1 ? 1 : 0, ⌊free / cost⌋)). A whole free slot calls one, whatever a call costs.
 */
export function call(room: Room, caller: Caller): RoomView {
  step(room, caller);
  const isJustCalled = room.calledBy !== caller.gateway && room.at - room.calledAt < JUST_CALLED_MS;
  if (!isMoving(room) || isJustCalled) return viewOf(room);
  room.calledAt = room.at;
  room.calledBy = caller.gateway;
  const waiting = waitingIn(room);
  if (waiting > 0) callNext(room, Math.min(waiting, callable(room)));
  return viewOf(room);
}

function callable(room: Room): number {
  const late = room.returners.size;
  const free = Math.min(freeSlots(room) - late - expectedArrivals(room), callBudget(room) - late);
  return free <= 0 ? 0 : Math.max(free >= 1 ? 1 : 0, Math.floor(free / costOfCall(room)));
}

function callNext(room: Room, count: number): void {
  for (const { lane, count: called } of shareOut(room, count)) {
    const { serving } = room.lanes[lane]!;
    recordCall(room, lane, serving - called + 1, serving);
  }
  room.pace.pending += count;
}
