/** Redeem: places that a gateway gave while the store was lost become numbers, in their order, whoever asks and how often. */
import { step } from './advance.ts';
import { laneNameOf, laneOf } from './lanes.ts';
import type { Extent, Room } from './room.ts';
import { viewOf } from './view.ts';
import type { Caller, ProvisionalPlace, RedeemAnswer } from './words.ts';

/** Outages by gateway and lane that are remembered; the oldest are forgotten first. */
const OUTAGES_KEPT = 256;
/** An outage is redeemed by its gateway at once, or by its visitors' tickets piece by piece; after so many, pieces grow. */
const PIECES_AS_ASKED = 8;

/**
 * Place k is number base + k (LINE.md, rule 10). The gateway redeems its last place and with it all before; where it is
 * gone, each ticket redeems itself and all before it. Numbers of places that nobody holds are gaps.
 */
export function redeem(room: Room, caller: Caller, epoch: number, place: ProvisionalPlace): RedeemAnswer {
  step(room, caller);
  if (room.epoch !== epoch) return { kind: 'void', view: viewOf(room) };
  const lane = laneNameOf(room, place.lane);
  const extents = extentsOf(room, `${place.gateway} ${place.outage} ${lane}`);
  const number = numberOf(extents, place.k) ?? extend(room, lane, extents, place.k);
  const { serving } = laneOf(room, lane);
  return { kind: 'redeemed', epoch: room.epoch, lane, number, serving, view: viewOf(room) };
}

function extentsOf(room: Room, key: string): Extent[] {
  const known = room.provisional.get(key);
  if (known) return known;
  const extents: Extent[] = [];
  room.provisional.set(key, extents);
  if (room.provisional.size > OUTAGES_KEPT) room.provisional.delete(room.provisional.keys().next().value!);
  return extents;
}

function numberOf(extents: Extent[], k: number): number | undefined {
  const extent = extents.find(({ first, count }) => k >= first && k < first + count);
  return extent && extent.base + (k - extent.first + 1);
}

function extend(room: Room, laneName: string, extents: Extent[], k: number): number {
  const lane = laneOf(room, laneName);
  const last = extents.at(-1) ?? { first: 1, count: 0 };
  const first = last.first + last.count;
  const least = extents.length < PIECES_AS_ASKED ? 0 : 2 * last.count;
  const count = Math.max(k - first + 1, least);
  const extent = { first, count, base: lane.issued };
  lane.issued += count;
  room.ticketsUntil = Math.max(room.ticketsUntil, room.at + (room.law?.ticketMs ?? 0));
  extents.push(extent);
  return extent.base + (k - first + 1);
}
