/** Recovery: tokens and gateways tell a store that lost something what it was; nobody loses a place or a session. */
import { step } from './advance.ts';
import { liftLane, noteLoss, startEpoch } from './loss.ts';
import type { Room } from './room.ts';
import { FIRST_LEASE_MS, liveSession, openSession } from './sessions.ts';
import { spend } from './spent.ts';
import { viewOf } from './view.ts';
import type { Caller, Floors, RoomView, SessionFacts } from './words.ts';

/** What a signed ticket or pass proves of the line; older proof changes nothing. */
export interface Proof {
  epoch: number;
  lane: string;
  issued: number;
  serving: number;
  fence: number;
}

export function lift(room: Room, caller: Caller, proof: Proof): RoomView {
  step(room, caller);
  let isLoss = proof.fence > room.fence;
  room.fence = Math.max(room.fence, proof.fence);
  if (proof.epoch > room.epoch) {
    startEpoch(room, proof.epoch);
    isLoss = true;
  }
  if (proof.epoch === room.epoch && liftLane(room, proof.lane, proof.issued, proof.serving, 0)) isLoss = true;
  if (isLoss) noteLoss(room, 'token');
  return viewOf(room);
}

/** Brings back the leases that a gateway knows, for one idle time after a loss; returns how many were news. */
export function restore(room: Room, caller: Caller, leases: readonly SessionFacts[]): number {
  step(room, caller);
  if (room.at >= room.restoreUntil) return 0;
  let restored = 0;
  for (const lease of leases) if (lease.leaseUntil > room.at && restoreOne(room, lease)) restored += 1;
  return restored;
}

/** An embedded store that did not exit cleanly (LINE.md, rule 14). */
export function markLoss(room: Room, caller: Caller): void {
  step(room, caller);
  noteLoss(room, 'gateway');
}

/** The highest that whoever saw this view knows: written to its disk, and handed in with each call. */
export function floorsOf(view: RoomView): Floors {
  // Before the prequeue the view tells the commitment alone.
  const hasBegun = view.draw !== null && (view.state === 'prequeue' || view.draw.size !== null);
  return {
    ...{
      epoch: view.epoch,
      seq: view.seq,
      fence: view.fence,
      lanes: view.lanes,
      outstanding: view.outstanding,
    },
    ...{ seats: view.seatsLeft, seatsRev: view.seatsRev, state: view.operatorState, stateRev: view.stateRev },
    ...{ lawSeats: view.limits.seats, lawState: view.lawState },
    ...{ drawBase: hasBegun ? view.draw!.base : null, drawSize: view.draw?.size ?? null },
  };
}

function restoreOne(room: Room, { id, startedAt, leaseUntil }: SessionFacts): boolean {
  const live = liveSession(room, id);
  if (live) {
    live.leaseUntil = Math.max(live.leaseUntil, leaseUntil);
    return false;
  }
  if (room.endedSessions.includes(id)) return false;
  // A lease that was never longer than the first one may belong to a visitor who has not got an answer yet.
  const spent = leaseUntil > startedAt + FIRST_LEASE_MS;
  const ticketUntil = room.at + (room.law?.ticketMs ?? 0);
  const registered = room.lapsed.get(id)?.registered ?? false;
  if (spent) spend(room, id, ticketUntil, true);
  openSession(room, {
    id,
    lane: 'default',
    number: 0,
    startedAt,
    leaseUntil,
    ticketUntil,
    spent,
    registered,
  });
  return true;
}
