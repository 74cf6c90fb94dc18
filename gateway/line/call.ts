/** Call: the release tick raises `serving` by what limits, budgets and expected no-shows allow, and never past it. */
import { isMoving, step } from './advance.ts';
import { expectedArrivals, recordCall } from './buckets.ts';
import { callBudget, freeSlots } from './budget.ts';
import { costOfCall } from './cost.ts';
import { shareOut, waitingIn } from './lanes.ts';
import type { Room } from './room.ts';
import { viewOf } from './view.ts';
import type { Caller, RoomView } from './words.ts';

/**
 * free = min(slots − R − expected, callTokens − R), R = late comers, who go first;
 * k = min(waiting, max(free ≥ 1 ? 1 : 0, ⌊free / cost⌋)). A whole free slot calls one, whatever a call costs.
 * Slots and budgets are kept in the room, so any number of gateways may tick as often as they like: what one has called for
 * is no longer free for the next.
 */
export function call(room: Room, caller: Caller): RoomView {
  step(room, caller);
  if (!isMoving(room)) return viewOf(room);
  room.calledAt = room.at;
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
