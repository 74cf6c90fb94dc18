/** Join: newcomers take numbers, many at once; while nobody waits, the first of them go straight in. */
import { isMoving, step } from './advance.ts';
import { useShare } from './apart.ts';
import { expectedArrivals } from './buckets.ts';
import { callBudget, chargeCall, chargeClaim, claimBudget, freeSlots, isSoldOut } from './budget.ts';
import { laneNameOf, laneOf, waitingIn } from './lanes.ts';
import { isPrequeue } from './opening.ts';
import type { Room } from './room.ts';
import { FIRST_LEASE_MS, factsOf, openSession } from './sessions.ts';
import { viewOf } from './view.ts';
import type { Caller, JoinAnswer, SessionFacts } from './words.ts';

/** Redis cannot unpack more in one call, after earlier writes of it took effect (LINE.md, rule 8). */
export const MOST_JOINED = 1_000;

/** Throws a RangeError above 1,000 ids. A number is never given twice; one whose answer is lost leaves a gap. */
export function join(room: Room, caller: Caller, lane: string, ids: readonly string[]): JoinAnswer {
  if (ids.length > MOST_JOINED)
    throw new RangeError(`join: ${ids.length} ids at once, at most ${MOST_JOINED}`);
  step(room, caller);
  const closed = closedState(room);
  if (closed) return { kind: 'closed', state: closed, view: viewOf(room) };
  const name = laneNameOf(room, lane);
  const { issued } = laneOf(room, name);
  const sessions = admitAtOnce(room, name, ids);
  const line = laneOf(room, name);
  line.issued = issued + ids.length;
  room.ticketsUntil = Math.max(room.ticketsUntil, room.at + (room.law?.ticketMs ?? 0));
  return {
    ...{ kind: 'joined', epoch: room.epoch, lane: name, first: issued + 1, count: ids.length, sessions },
    ...{ serving: line.serving, prequeue: isPrequeue(room), view: viewOf(room) },
  };
}

/** While people inside hold the last seats newcomers wait for them; sold out, where the law keeps a waiting list. */
function closedState(room: Room): 'ended' | 'soldout' | null {
  if (room.state === 'ended') return 'ended';
  return isSoldOut(room) && !room.law?.waitingList ? 'soldout' : null;
}

/** Nobody waits anywhere, so nobody is overtaken; both budgets are charged, and both must have it. */
function admitAtOnce(room: Room, lane: string, ids: readonly string[]): SessionFacts[] {
  if (!isMoving(room) || room.returners.size > 0 || waitingIn(room) > 0) return [];
  const free = Math.floor(
    Math.min(freeSlots(room) - expectedArrivals(room), callBudget(room), claimBudget(room)),
  );
  const count = Math.max(0, Math.min(ids.length, free));
  if (count === 0) return [];
  // First: whether words on the rate still hold depends on who waits.
  chargeCall(room, count);
  chargeClaim(room, count);
  const line = laneOf(room, lane);
  const sessions: SessionFacts[] = [];
  for (let index = 0; index < count; index++) {
    line.serving += 1;
    sessions.push(admit(room, ids[index]!, lane, line.serving));
  }
  useShare(room, count);
  room.admissions += count;
  room.pace.pending += count;
  return sessions;
}

function admit(room: Room, id: string, lane: string, number: number): SessionFacts {
  const ticketUntil = room.at + (room.law?.ticketMs ?? 0);
  const times = { startedAt: room.at, leaseUntil: room.at + FIRST_LEASE_MS, ticketUntil };
  return factsOf(openSession(room, { id, lane, number, ...times, spent: false, registered: false }));
}
