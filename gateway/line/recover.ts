/** Recovery: tokens and gateways tell a store that lost something what it was; nobody loses a place or a session. */
import { step } from './advance.ts';
import { liftLane, noteLoss, startEpoch } from './loss.ts';
import type { Room } from './room.ts';
import { liveSession, openSession } from './sessions.ts';
import { isSpent, spend } from './spent.ts';
import { viewOf } from './view.ts';
import type { Caller, Floors, KnownLease, RoomView } from './words.ts';

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

/**
 * Brings back leases for one idle time after a loss, and at any time those that were begun while no store could know of them;
 * returns how many were news.
 */
export function restore(room: Room, caller: Caller, leases: readonly KnownLease[]): number {
  step(room, caller);
  const isHealing = room.at < room.restoreUntil;
  let restored = 0;
  for (const lease of leases) {
    if (lease.leaseUntil > room.at && (isHealing || lease.isNew) && restoreOne(room, lease)) restored += 1;
  }
  return restored;
}

/** An embedded store that did not exit cleanly (LINE.md, rule 14). */
export function markLoss(room: Room, caller: Caller): void {
  step(room, caller);
  noteLoss(room, 'gateway');
}

/** The highest that whoever saw this view knows: written to its disk, and handed in with each call. */
export function floorsOf(view: RoomView): Floors {
  const isFrozen = view.draw !== null && view.draw.size !== null;
  return {
    ...{
      epoch: view.epoch,
      seq: view.seq,
      fence: view.fence,
      lanes: view.lanes,
      outstanding: view.outstanding,
    },
    ...{ seats: view.seatsLeft, seatsRev: view.seatsRev, state: view.operatorState, stateRev: view.stateRev },
    // Of a maintenance the law knows the end.
    stateUntil: view.operatorState === 'open' ? null : view.stateUntil,
    ...{ lawSeats: view.limits.seats, lawState: view.lawState },
    ...{ drawBase: view.draw?.hasBegun ? view.draw.base : null, drawSize: view.draw?.size ?? null },
    ...(isFrozen ? { drawOpensAt: view.draw!.opensAt, drawCommitment: view.draw!.commitment } : {}),
  };
}

function restoreOne(
  room: Room,
  { id, startedAt, leaseUntil, spent, registered, isNew }: KnownLease,
): boolean {
  const live = liveSession(room, id);
  if (live) {
    live.leaseUntil = Math.max(live.leaseUntil, leaseUntil);
    // The seat itself is in the floors of whoever saw the registration.
    if (registered && !live.registered) {
      live.registered = true;
      room.unregistered -= 1;
    }
    return false;
  }
  if (room.endedSessions.includes(id)) return false;
  // It has had its turn here and is over: that it was begun elsewhere is no news.
  if (isNew && room.at >= room.restoreUntil && isSpent(room, id)) return false;
  const ticketUntil = room.at + (room.law?.ticketMs ?? 0);
  const wasRegistered = registered || (room.lapsed.get(id)?.registered ?? false);
  if (spent) spend(room, id, ticketUntil, true);
  openSession(room, {
    ...{ id, lane: 'default', number: 0, startedAt, leaseUntil, ticketUntil },
    ...{ spent, registered: wasRegistered },
  });
  if (isNew) room.admissions += 1;
  return true;
}
