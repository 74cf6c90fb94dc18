/**
 * The part that a place has in the platform's traffic, with the pages that follow from it. Pure.
 *
 * Page 2 of a form names no event, so the requests that name it are the smaller part of what an uncovered address lets in.
 * What follows is counted with it: where a host has (nearly) nothing inside the event's line, all that reaches the platform
 * by that host; else what no rule put elsewhere in the same first folder. Places that share a host divide what follows by
 * their own requests.
 */
import type { Settings } from '../../../config/settings.ts';
import { isTemplate } from '../../../config/template.ts';
import type { AddressCount } from '../../control/words.ts';
import { isInside, templateOf } from './inside.ts';
import { sum } from './merge.ts';
import { isOutside } from './places.ts';
import { firstFolder } from './target.ts';
import type { Merged, Place } from './words.ts';

export interface Shares {
  /** With what follows. */
  share: number;
  /** The place's own requests. */
  addressShare: number;
}

/** Below this part of a host's requests the line is as good as not there. */
const NEARLY_NOTHING = 0.05;

export function sharesOf(place: Place, merged: Merged, settings: Settings): Shares {
  if (merged.forwarded === 0) return { share: 0, addressShare: 0 };
  const onHost = merged.byAddress.filter(({ host, forwarded }) => host === place.host && forwarded > 0);
  const inside = onHost.filter(({ room }) => room !== null && isInside(room, place.room, settings));
  const isWhole = forwardedOf(inside) < NEARLY_NOTHING * forwardedOf(onHost);
  const near = isWhole ? onHost : onHost.filter((entry) => isNear(entry, place));
  const following = near.filter((entry) => follows(entry, place, settings));
  const own = place.forwarded;
  const naming = forwardedOf(near.filter((entry) => isOutside(entry, settings)));
  const part = naming === 0 ? 1 : Math.min(1, own / naming);
  return {
    share: Math.min(1, (own + part * forwardedOf(following)) / merged.forwarded),
    addressShare: own / merged.forwarded,
  };
}

function isNear(entry: AddressCount, place: Place): boolean {
  return firstFolder(entry.pathShape) === place.folder && entry.class !== 'asset';
}

/** Names no room itself, and is in no line of an event: neither this one's nor another's. */
function follows(entry: AddressCount, place: Place, settings: Settings): boolean {
  if (isOutside(entry, settings)) return false;
  if (entry.room === null) return true;
  return !isInside(entry.room, place.room, settings) && !isTemplate(templateOf(entry.room, settings));
}

function forwardedOf(entries: readonly AddressCount[]): number {
  return sum(entries, (entry) => entry.forwarded);
}
