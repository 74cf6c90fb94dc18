/** Gathers the requests that name a room outside of its line into places: one host, one first folder, one room. Pure. */
import type { Settings } from '../../../config/settings.ts';
import type { AddressCount } from '../../control/words.ts';
import { isInside, templateOf } from './inside.ts';
import { sum } from './merge.ts';
import { firstFolder } from './target.ts';
import type { Merged, Place } from './words.ts';

type Accepts = (entry: AddressCount) => boolean;

/** Places of all entries that `accepts` takes, busiest first. */
export function placesOf(merged: Merged, settings: Settings, accepts: Accepts): Place[] {
  const groups = new Map<string, AddressCount[]>();
  for (const entry of merged.byAddress) {
    if (!isOutside(entry, settings) || !accepts(entry)) continue;
    const key = JSON.stringify([entry.host, firstFolder(entry.pathShape), entry.names?.room]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].map((entries) => placeOf(entries, settings)).sort(byForwarded);
}

/** What many rooms of one template have at one place, each too little to be told by itself. */
export function gatherRest(places: readonly Place[]): Place[] {
  const groups = Map.groupBy(places, ({ host, folder, template }) =>
    JSON.stringify([host, folder, template]),
  );
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const entries = group.flatMap((place) => place.entries);
      return { ...(group[0] as Place), ...countsOf(entries), entries, room: (group[0] as Place).template };
    });
}

/** Sent on to the platform although it names another line than the one it is in. */
export function isOutside(entry: AddressCount, settings: Settings): boolean {
  if (entry.names === null || entry.forwarded === 0) return false;
  return entry.room === null || !isInside(entry.room, entry.names.room, settings);
}

export function servedOf(entry: AddressCount): number {
  return Math.max(0, entry.forwarded - entry.notFound);
}

function placeOf(entries: AddressCount[], settings: Settings): Place {
  const first = entries[0] as AddressCount;
  const room = first.names?.room ?? '';
  const folder = firstFolder(first.pathShape);
  return {
    host: first.host,
    folder,
    room,
    template: templateOf(room, settings),
    entries,
    ...countsOf(entries),
  };
}

function countsOf(entries: readonly AddressCount[]) {
  const busiest = entries.reduce((best, entry) => (entry.forwarded > best.forwarded ? entry : best));
  return {
    pathShape: busiest.pathShape,
    forwarded: sum(entries, (entry) => entry.forwarded),
    served: sum(entries, servedOf),
  };
}

function byForwarded(one: Place, other: Place): number {
  return other.forwarded - one.forwarded;
}
