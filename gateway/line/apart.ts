/** While a gateway is silent and nobody knows that it is dead, it may live on with another store: the others use their share alone. */
import { freeByLimits } from './budget.ts';
import { forgetGateway } from './loss.ts';
import type { Room } from './room.ts';
import type { Caller } from './words.ts';

/** A gateway ticks a busy room about twice a second. */
const UNHEARD_MS = 1_000;
const SILENT_MS = 2_000;
/** Nobody waits longer for a gateway that was never found dead. */
const FORGOTTEN_MS = 600_000;
/** Quiet rooms are ticked each 10 s; who was heard within this counts as one that shares. */
const SHARES_MS = 25_000;

/**
 * Of what is free when the first falls silent, the present p of g gateways may use ⌊free · p / g⌋, and whatever they are told has
 * ended; leases that merely lapse here may live on over there. So two stores of one room, which know nothing of each
 * other, let in no more than one would (but for what the silence was noticed late).
 */
export function stepApart(room: Room, { gateway, gone }: Caller): void {
  for (const dead of gone) if (dead !== gateway) forgetGateway(room, dead);
  let silent = 0;
  for (const [name, { at }] of room.gateways) {
    if (name === gateway) continue;
    if (room.at - at > FORGOTTEN_MS) forgetGateway(room, name);
    else if (unheardMs(room, at) > SILENT_MS) silent += 1;
  }
  if (silent === 0) room.apart = null;
  else if (silent > (room.apart?.silent ?? 0)) stand(room, silent);
}

function stand(room: Room, silent: number): void {
  const known = room.gateways.size;
  const before = known - (room.apart?.silent ?? 0);
  const free = room.apart ? room.apart.left : freeByLimits(room);
  const left = free === null ? null : Math.floor((Math.max(0, free) * (known - silent)) / before);
  room.apart = { left, silent };
}

/** Sessions that began (or, below 0, were told to have ended) while gateways are silent. */
export function useShare(room: Room, count: number): void {
  if (room.apart && room.apart.left !== null) room.apart.left -= count;
}

/** Part of the rate that is for those who are present. */
export function presentShare(room: Room): number {
  if (room.apart === null) return 1;
  const known = Math.max(room.gateways.size, room.apart.silent + 1);
  return (known - room.apart.silent) / known;
}

export function silentGateways(room: Room): string[] {
  const names: string[] = [];
  for (const [name, { at }] of room.gateways) if (unheardMs(room, at) > UNHEARD_MS) names.push(name);
  return names;
}

/** How many share the room; at least the one that asks. */
export function sharingGateways(room: Room): number {
  let count = 0;
  for (const { at } of room.gateways.values()) if (room.at - at <= SHARES_MS) count += 1;
  return Math.max(1, count);
}

/** A room that slept heard of nobody meanwhile. */
function unheardMs(room: Room, at: number): number {
  return room.at - Math.max(at, room.awakeSince);
}
