/** One room's loss of its store, as this gateway lives through it: what it gave by itself, and who may go in. Pure but for its own counts. */
import type { RoomSettings } from '../../config/settings.ts';
import { FIRST_LEASE_MS } from '../line/sessions.ts';
import type { KnownLease, LeaveHow, OperatorState, RoomView } from '../line/words.ts';
import { createRoster, type Roster } from './outage-roster.ts';
import { freeOf, giveSlotBack, openShare, type Share, takeSlot } from './outage-share.ts';
import type { Override } from './overrides.ts';
import type { Ticket } from './token-claims.ts';

export interface Proof {
  epoch: number;
  lane: string;
  issued: number;
  serving: number;
  fence: number;
}

export interface Outage {
  readonly id: string;
  readonly room: string;
  /** Monotonic ms. */
  readonly beganMs: number;
  /** The last view before it. */
  readonly view: RoomView;
  readonly share: Share | null;
  readonly roster: Roster;
  /** The last provisional place by lane. */
  readonly places: Map<string, number>;
  /** What this gateway began or extended by itself, to be told to the store. */
  readonly leases: Map<string, KnownLease>;
  /** Begun here and ended since: the store must know of them to refuse their passes. */
  readonly ended: KnownLease[];
  /** By lane: the highest that tickets and passes proved meanwhile. */
  readonly proofs: Map<string, Proof>;
  /** Until when it is counted how long the room was held. */
  countedMs: number;
  begun: number;
  /** The store answers again and is being told; newcomers wait for that moment. */
  returning: Promise<void> | null;
}

/** What decides who may go in, as it is at the moment. */
export interface OutageLaw {
  onStoreLoss: RoomSettings['onStoreLoss'];
  override: Override | undefined;
  /** Live sessions that this gateway knows. */
  inside: number;
  /** What this gateway's configuration says by now, whatever the store heard of it; null: no limit. */
  state: OperatorState;
  sessions: number | null;
}

/** `open` ends after this long, however long the store stays away. */
export const OPEN_MS = 600_000;
/** Held visitors have all asked once by then, so that the first of them are known. */
const GATHERED_MS = 15_000;
/** Provisional places stand behind every number. */
const BEHIND_NUMBERS = 2 ** 40;

export function beginOutage(id: string, view: RoomView, nowMs: number): Outage {
  return {
    ...{ id, room: view.room, beganMs: nowMs, view },
    ...{ share: openShare(view, nowMs), roster: createRoster() },
    ...{ places: new Map(), leases: new Map(), ended: [], proofs: new Map() },
    ...{ countedMs: nowMs, begun: 0, returning: null },
  };
}

/** An operator, a launch or the last seat keeps newcomers out, store or not. */
export function isClosed({ operatorState, state, opensAt, at }: RoomView): boolean {
  if (operatorState !== 'open' || state === 'prequeue' || state === 'soldout') return true;
  // A view from before the store was ever heard cannot say whether the prequeue has begun.
  return state === 'held' && opensAt !== null && at < opensAt;
}

/** How many this gateway may let in now; Infinity: whoever comes. */
export function slotsNow(outage: Outage, law: OutageLaw, nowMs: number): number {
  if (isClosed(outage.view) || law.state !== 'open' || law.override?.action === 'pause') return 0;
  if (law.override?.action === 'limit') return Math.max(0, (law.override.limit ?? 0) - law.inside);
  switch (law.onStoreLoss) {
    case 'hold':
      return 0;
    case 'open':
      return nowMs - outage.beganMs < OPEN_MS ? Infinity : 0;
    case 'share':
      return outage.share ? Math.min(freeOf(outage.share, nowMs), belowLimit(law)) : 0;
  }
}

function belowLimit({ sessions, inside }: OutageLaw): number {
  return sessions === null ? Infinity : Math.max(0, sessions - inside);
}

/** Newcomers overtake nobody who waits. */
export function letsNewcomerIn(outage: Outage, law: OutageLaw, nowMs: number): boolean {
  const slots = slotsNow(outage, law, nowMs);
  if (slots < 1) return false;
  return slots === Infinity || (nobodyWaited(outage, law) && outage.roster.isEmpty(nowMs));
}

/** Called ones first, then upward by number, then the places of this outage. To be asked each time the holder asks. */
export function letsHolderIn(outage: Outage, law: OutageLaw, ticket: Ticket, nowMs: number): boolean {
  if (ticket.epoch !== outage.view.epoch) return false;
  const order = orderOf(outage, ticket);
  outage.roster.saw(order, nowMs);
  const slots = slotsNow(outage, law, nowMs);
  if (slots < 1 || slots === Infinity) return slots >= 1;
  const mayBeFirst =
    isCalledIn(outage.view, ticket) || nobodyWaited(outage, law) || nowMs - outage.beganMs >= GATHERED_MS;
  return mayBeFirst && outage.roster.isAmongFirst(order, slots, nowMs);
}

/** Whether those who come now have to wait: what the room's state says. */
export function isHolding(outage: Outage, law: OutageLaw, nowMs: number): boolean {
  if (law.override?.action !== 'limit' && law.onStoreLoss === 'share') {
    // A bucket that is empty for a second keeps the one waiting who comes then, not the room.
    const { share, roster } = outage;
    return share === null || share.slots === 0 || belowLimit(law) === 0 || !roster.isEmpty(nowMs);
  }
  return !letsNewcomerIn(outage, law, nowMs);
}

/** A session begins here, and the store cannot be asked. The first lease is short, as always. */
export function beginSession(outage: Outage, id: string, at: number): KnownLease {
  const lease = { id, startedAt: at, leaseUntil: at + FIRST_LEASE_MS, spent: false, registered: false };
  if (outage.share) takeSlot(outage.share);
  outage.begun++;
  return keepLease(outage, { ...lease, isNew: true });
}

export function keepLease(outage: Outage, lease: KnownLease): KnownLease {
  outage.leases.set(lease.id, lease);
  return lease;
}

/** Its holder went in or gave the place up. */
export function leaveRoster(outage: Outage, ticket: Ticket): void {
  outage.roster.remove(orderOf(outage, ticket));
}

/** A session has ended; its slot is free where this gateway had given it. `unspent`: its visitor got no answer, so nobody need know. */
export function endSession(outage: Outage, id: string, how: LeaveHow): void {
  const lease = outage.leases.get(id);
  if (!lease) return;
  outage.leases.delete(id);
  if (!lease.isNew) return;
  if (how === 'left') outage.ended.push(lease);
  if (outage.share) giveSlotBack(outage.share);
}

/** Sessions begun here whose lease is over give their slots back. */
export function dropLapsed(outage: Outage, at: number): void {
  for (const { id, leaseUntil, isNew } of outage.leases.values()) {
    if (leaseUntil > at) continue;
    outage.leases.delete(id);
    if (isNew && outage.share) giveSlotBack(outage.share);
  }
}

function nobodyWaited({ view }: Outage, { override }: OutageLaw): boolean {
  return override?.action !== 'limit' || view.waiting === 0;
}

function isCalledIn(view: RoomView, { provisional, number, lane }: Ticket): boolean {
  return provisional === null && number <= (view.lanes[lane]?.serving ?? 0);
}

/** Numbers of two lanes are told apart by a fraction. */
function orderOf({ view, places }: Outage, { provisional, number, lane }: Ticket): number {
  const lanes = provisional === null ? Object.keys(view.lanes) : [...places.keys()];
  const fraction = Math.max(0, lanes.indexOf(lane)) / 1_024;
  return (provisional === null ? 0 : BEHIND_NUMBERS) + number + fraction;
}
