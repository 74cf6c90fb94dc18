/** Claim: a called ticket becomes a session; the hard limits are enforced here, and a ticket is good once. */
import { isMoving, step } from './advance.ts';
import { useShare } from './apart.ts';
import { countArrival } from './buckets.ts';
import { chargeClaim, claimBudget, freeSlots, ratePerSecond } from './budget.ts';
import { laneOf } from './lanes.ts';
import { liftLane, noteLoss } from './loss.ts';
import { addReturner, isReturner, removeReturner, returnersAhead } from './returners.ts';
import type { Room } from './room.ts';
import { FIRST_LEASE_MS, factsOf, lapsedSession, liveSession, openSession } from './sessions.ts';
import { isSpent } from './spent.ts';
import { viewOf } from './view.ts';
import type { Caller, ClaimAnswer, SessionFacts, TicketFacts } from './words.ts';

const LEAST_RETRY_MS = 1_000;
const MOST_RETRY_MS = 5_000;
/** Without a rate that says when: so many late comers are let in a second, as a guess. */
const GUESSED_LATE_PER_SECOND = 20;

/** Safe to repeat: while the session lives it is given again, and nothing is charged twice. */
export function claim(room: Room, caller: Caller, ticket: TicketFacts): ClaimAnswer {
  step(room, caller);
  if (ticket.epoch !== room.epoch || ticket.expiresAt <= room.at) return { kind: 'void', view: viewOf(room) };
  // The ticket is signed, so a line that is behind it has lost something.
  if (liftLane(room, ticket.lane, ticket.number, ticket.serving, 0)) noteLoss(room, 'token');
  const session = liveSession(room, ticket.id);
  if (session) return admitted(room, factsOf(session));
  if (isSpent(room, ticket.id)) {
    return { kind: 'used', canSubmit: lapsedSession(room, ticket.id) !== undefined, view: viewOf(room) };
  }
  const isCalled = ticket.number <= laneOf(room, ticket.lane).serving;
  if (!isCalled || room.state === 'ended') return { kind: 'waiting', view: viewOf(room) };
  return claimCalled(room, ticket);
}

/** One slot for every late comer with a smaller number must be there too: they are not overtaken. */
function claimCalled(room: Room, ticket: TicketFacts): ClaimAnswer {
  if (!isReturner(room, ticket)) countArrival(room, ticket.lane, ticket.number);
  const ahead = returnersAhead(room, ticket.lane, ticket.number);
  if (isMoving(room) && Math.min(freeSlots(room), Math.floor(claimBudget(room))) > ahead) {
    removeReturner(room, ticket);
    return admitted(room, admit(room, ticket));
  }
  addReturner(room, ticket);
  return { kind: 'retry', ahead, retryMs: retryMs(room, ahead), view: viewOf(room) };
}

function admit(room: Room, { id, lane, number, expiresAt }: TicketFacts): SessionFacts {
  chargeClaim(room, 1);
  useShare(room, 1);
  room.admissions += 1;
  const times = { startedAt: room.at, leaseUntil: room.at + FIRST_LEASE_MS, ticketUntil: expiresAt };
  return factsOf(openSession(room, { id, lane, number, ...times, spent: false, registered: false }));
}

function admitted(room: Room, session: SessionFacts): ClaimAnswer {
  return { kind: 'admitted', session, epoch: room.epoch, fence: room.fence, view: viewOf(room) };
}

/** When the budget will have one for this ticket, within 1 to 5 s; while nobody may claim, the longest. */
function retryMs(room: Room, ahead: number): number {
  if (room.recoverUntil > room.at) return bounded(room.recoverUntil - room.at);
  if (!isMoving(room)) return MOST_RETRY_MS;
  const missing = ahead + 1 - claimBudget(room);
  // With the budget there, or without a rate, it is a slot that is missing.
  const byRate = missing > 0 ? missing / ratePerSecond(room) : 0;
  return bounded(Math.max(byRate, ahead / GUESSED_LATE_PER_SECOND) * 1000);
}

function bounded(milliseconds: number): number {
  return Math.min(MOST_RETRY_MS, Math.max(LEAST_RETRY_MS, Math.ceil(milliseconds)));
}
