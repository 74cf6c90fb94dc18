/** The opening: a prequeue that gives numbers and calls nobody, and the size of the draw, frozen once. */
import type { Room } from './room.ts';

/** Between the first step of the prequeue and the first step of the opening; a pause or a later opening keeps it. */
export function isPrequeue(room: Room): boolean {
  return room.draw !== null && room.draw.size === null;
}

/**
 * Regimes, by room time: before opensAt − prequeueMs nothing changes; then the prequeue begins: base = issued; from
 * opensAt on: size = issued − base, for good. A launch that is put off before its opening keeps the prequeue, and one that
 * is taken away ends it. One opening an epoch: a launch that is named, moved or taken away later in the same epoch changes
 * neither numbers nor ranks, so the draw keeps the opening that it was frozen by.
 */
export function stepOpening(room: Room): void {
  const launch = room.law?.launch ?? null;
  const { issued } = room.lanes.default!;
  if (room.draw === null && launch && room.at >= launch.opensAt - launch.prequeueMs) {
    room.draw = { base: issued, size: null, opensAt: null, commitment: null };
  }
  if (room.draw !== null && room.draw.size === null && (launch === null || room.at >= launch.opensAt)) {
    room.draw.size = issued - room.draw.base;
    room.draw.opensAt = launch?.opensAt ?? room.at;
    room.draw.commitment = launch?.draw?.commitment ?? null;
  }
}
