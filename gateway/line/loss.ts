/** Finds out that the store lost something, and heals it: lift to the highest that anybody saw, and hold (LINE.md, rule 1). */
import { recordLift } from './buckets.ts';
import { laneOf } from './lanes.ts';
import type { Room } from './room.ts';
import type { Caller, Floors } from './words.ts';

const HOLD_MS = 3_000;
/** Between two holds for what tokens prove, so that tickets which come in any order do not stop the line. */
const BETWEEN_HOLDS_MS = 30_000;
const GATEWAYS_KEPT = 64;

/**
 * Budgets go to 0, nobody is called or claimed for 3 s, and gateways may restore leases for one idle time. What a gateway
 * had seen and the store no longer knows holds the room again as soon as a hold is over: sessions may be missing. Tokens
 * prove a loss one by one, each a little more than the last, so they hold it at most once in 30 s.
 */
export function noteLoss(room: Room, by: 'gateway' | 'token'): void {
  room.losses += 1;
  room.callTokens = 0;
  room.claimTokens = 0;
  room.restoreUntil = room.at + (room.law?.idleMs ?? 0);
  const wasHeldLately = room.heldAt > 0 && room.at - room.heldAt < BETWEEN_HOLDS_MS;
  if (room.at < room.recoverUntil || (by === 'token' && wasHeldLately)) return;
  room.heldAt = room.at;
  room.recoverUntil = room.at + HOLD_MS;
}

/** Compares what the caller has seen with what the room knows; true: the store had lost something. */
export function liftToCaller(room: Room, caller: Caller): boolean {
  const known = room.gateways.get(caller.gateway)?.seq ?? room.prunedSeq;
  // Asked first: the server is to be known from now on, whatever else was found.
  let isLoss = isAnotherServer(room, caller) || caller.lastSeq > known;
  room.seq = Math.max(room.seq, caller.lastSeq);
  if (caller.floors && liftToFloors(room, caller.floors)) isLoss = true;
  if (isLoss) noteLoss(room, 'gateway');
  return isLoss;
}

/** A restart or a failover may have lost what nobody's floors show: a claim, a touch (LINE.md, rule 14). */
function isAnotherServer(room: Room, { server }: Caller): boolean {
  const isAnother = room.server !== '' && room.server !== server;
  room.server = server;
  return isAnother;
}

/** After the step: what this caller's next call must find at least. */
export function rememberSeq(room: Room, gateway: string): void {
  // Put behind the others, so that the one that was silent for longest is pruned.
  room.gateways.delete(gateway);
  room.gateways.set(gateway, { seq: room.seq, at: room.at });
  if (room.gateways.size > GATEWAYS_KEPT) forgetGateway(room, room.gateways.keys().next().value!);
}

export function forgetGateway(room: Room, gateway: string): void {
  const heard = room.gateways.get(gateway);
  if (!heard) return;
  room.gateways.delete(gateway);
  room.prunedSeq = Math.max(room.prunedSeq, heard.seq);
}

function liftToFloors(room: Room, floors: Floors): boolean {
  let isLoss = floors.seq > room.seq || floors.fence > room.fence;
  room.seq = Math.max(room.seq, floors.seq);
  room.fence = Math.max(room.fence, floors.fence);
  if (floors.epoch > room.epoch) {
    startEpoch(room, floors.epoch);
    isLoss = true;
  }
  if (floors.epoch === room.epoch) isLoss = liftLine(room, floors) || isLoss;
  return takeNewest(room, floors) || isLoss;
}

function liftLine(room: Room, floors: Floors): boolean {
  let isLoss = false;
  let outstanding = floors.outstanding;
  for (const lane of Object.keys(floors.lanes).sort()) {
    const { issued, serving } = floors.lanes[lane]!;
    const risen = Math.max(0, serving - (room.lanes[lane]?.serving ?? 0));
    if (liftLane(room, lane, issued, serving, outstanding)) isLoss = true;
    outstanding -= Math.min(outstanding, risen);
  }
  return liftDraw(room, floors) || isLoss;
}

/** Raises a lane's counters; of the numbers by which `serving` rises, at most `outstanding` are still expected. */
export function liftLane(
  room: Room,
  name: string,
  issued: number,
  serving: number,
  outstanding: number,
): boolean {
  const known = Object.hasOwn(room.lanes, name) ? room.lanes[name]! : { issued: 0, serving: 0 };
  if (issued <= known.issued && serving <= known.serving) return false;
  const lane = laneOf(room, name);
  const risen = serving - lane.serving;
  if (risen > 0) recordLift(room, name, lane.serving + 1, serving, Math.min(risen, outstanding));
  lane.serving = Math.max(lane.serving, serving);
  lane.issued = Math.max(lane.issued, issued, serving);
  room.ticketsUntil = Math.max(room.ticketsUntil, room.at + (room.law?.ticketMs ?? 0));
  return true;
}

function liftDraw(room: Room, floors: Floors): boolean {
  const { drawBase, drawSize, drawOpensAt = null, drawCommitment = null } = floors;
  if (drawBase === null || (room.draw?.base === drawBase && room.draw.size === drawSize)) return false;
  // What the room froze by itself stands, unless it froze it without knowing the base.
  if (room.draw && room.draw.base === drawBase && room.draw.size !== null) return false;
  if (room.draw && room.draw.base > drawBase) return false;
  room.draw = { base: drawBase, size: drawSize, opensAt: drawOpensAt, commitment: drawCommitment };
  return true;
}

/**
 * Of seats and state the newest wins, never the maximum: a stale floor must not bring back sold seats. A law that changed
 * while the store was being lost is newer still: what it says now stands, as if it had been written after the floors.
 */
function takeNewest(room: Room, floors: Floors): boolean {
  const isNewer = floors.seatsRev > room.seatsRev || floors.stateRev > room.stateRev;
  if (floors.seatsRev > room.seatsRev) {
    const isLawNewer = hasChanged(floors.lawSeats, room.law?.limits.seats);
    if (!isLawNewer) room.seats = floors.seats;
    room.seatsRev = floors.seatsRev + (isLawNewer ? 1 : 0);
  }
  if (floors.stateRev > room.stateRev) {
    const isLawNewer = hasChanged(floors.lawState, room.law?.state);
    if (!isLawNewer) room.state = floors.state;
    room.stateUntil = isLawNewer ? null : (floors.stateUntil ?? null);
    room.stateRev = floors.stateRev + (isLawNewer ? 1 : 0);
  }
  return isNewer;
}

function hasChanged<T>(before: T | undefined, now: T | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}

/** A new line from number 1: tickets of the epochs before are void; who is inside stays inside. */
export function startEpoch(room: Room, epoch: number): void {
  room.epoch = epoch;
  room.lanes = { default: { issued: 0, serving: 0, credit: 0 } };
  room.buckets = [];
  room.draw = null;
  room.returners.clear();
  room.returnersByNumber = {};
  room.spentTickets = 0;
  room.ticketsUntil = 0;
}
