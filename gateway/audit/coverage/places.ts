/** Gathers the requests that name a room outside of its line into places: one host, one folder or path shape, one room. Pure. */
import type { Settings } from '../../../config/settings.ts';
import type { AddressCount } from '../../control/words.ts';
import { isInside, templateOf } from './inside.ts';
import { sum } from './merge.ts';
import { firstFolder } from './target.ts';
import type { Merged, Place } from './words.ts';

/** Where an entry belongs on its host; null: nowhere. */
type Where = (entry: AddressCount) => string | null;

/** Busiest first. */
export function placesOf(merged: Merged, settings: Settings, whereOf: Where): Place[] {
  const groups = new Map<string, AddressCount[]>();
  for (const entry of merged.byAddress) {
    const where = isOutside(entry, settings) ? whereOf(entry) : null;
    if (where === null) continue;
    const key = JSON.stringify([entry.host, where, entry.names?.room]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups]
    .map(([key, entries]) => placeOf(entries, (JSON.parse(key) as string[])[1] ?? '', settings))
    .sort(byForwarded);
}

/** What many rooms of one template have at one place, each too little to be told by itself. */
export function gatherRest(places: readonly Place[]): Place[] {
  const groups = Map.groupBy(places, ({ host, where, template }) => JSON.stringify([host, where, template]));
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

function placeOf(entries: AddressCount[], where: string, settings: Settings): Place {
  const first = entries[0] as AddressCount;
  const room = first.names?.room ?? '';
  const folder = firstFolder(first.pathShape);
  return {
    host: first.host,
    folder,
    where,
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
