/** Decides which places are holes in a line: by the traffic that passes there, or by the configuration alone. Pure. */
import type { Launch } from '../../../config/settings.ts';
import type { AddressCount } from '../../control/words.ts';
import type { FindingKind } from '../words.ts';
import { hurts, isAsset, isStrong, strongServed } from './evidence.ts';
import { isInside, templateOf } from './inside.ts';
import { gatherRest, placesOf } from './places.ts';
import { firstFolder, readAddress, readTarget } from './target.ts';
import type { Judged, Merged, Place, Situation } from './words.ts';

export interface Hole {
  kind: FindingKind;
  host: string;
  folder: string;
  where: string;
  pathShape: string;
  room: string;
  template: string;
  /** Null: known from the configuration alone, no such request was seen. */
  place: Place | null;
  /** Whose public address it is, and where that leads instead. */
  launch: { launch: Launch; address: string; target: string; judged: Judged } | null;
}

/** Requests with an empty id are mostly answered 404; from this share on they are no typos. */
const MUCH = 0.05;

export function holesOf(merged: Merged, situation: Situation): Hole[] {
  const places = placesOf(merged, situation.settings, (entry) => whereOf(entry, situation));
  const told = tellingPlaces(places, merged, situation).map((place) => holeAt(place, 'event-outside-room'));
  const fromConfig = launchHoles(situation, places);
  const isKnown = (hole: Hole) => fromConfig.some((other) => isSame(hole, other));
  return [...fromConfig, ...told.filter((hole) => !isKnown(hole)), ...unnamedHoles(merged, situation)];
}

/** What is certain is told by folder: its pages are one way in. What is only likely is told page by page. */
function whereOf(entry: AddressCount, { settings, judgeOf }: Situation): string | null {
  if (isUnnamed(entry)) return null;
  if (isStrong(entry, settings, judgeOf)) return firstFolder(entry.pathShape);
  return isAsset(entry) ? null : entry.pathShape;
}

/** Strong evidence first; then what many rooms have together; weak evidence where it hurts. */
function tellingPlaces(places: readonly Place[], merged: Merged, situation: Situation): Place[] {
  const isTelling = (place: Place) => isMuch(strongServed(place, situation), merged, situation);
  const alone = places.filter((place) => isTelling(place) || hurts(place, merged, situation));
  const rest = gatherRest(places.filter((place) => !alone.includes(place)));
  return [...alone, ...rest.filter(isTelling)];
}

export function isMuch(requests: number, { forwarded }: Merged, { settings: { audit } }: Situation): boolean {
  return requests >= audit.leastRequests && requests >= audit.leastShare * forwarded;
}

function unnamedHoles(merged: Merged, situation: Situation): Hole[] {
  return placesOf(merged, situation.settings, (entry) =>
    isUnnamed(entry) ? firstFolder(entry.pathShape) : null,
  )
    .filter(
      (place) =>
        isMuch(place.served, merged, situation) ||
        (place.forwarded >= situation.settings.audit.leastRequests &&
          place.forwarded >= MUCH * merged.forwarded),
    )
    .map((place) => holeAt(place, 'capture-without-room'));
}

function isUnnamed({ names }: AddressCount): boolean {
  return names?.by === 'empty-capture';
}

/** Each launch's addresses that the rules lead elsewhere, with what was seen there so far. */
function launchHoles(situation: Situation, places: readonly Place[]): Hole[] {
  const holes: Hole[] = [];
  for (const launch of situation.settings.launches)
    for (const address of launch.addresses) {
      const hole = launchHole(launch, address, situation, places);
      if (hole !== null && !holes.some((other) => isSame(hole, other))) holes.push(hole);
    }
  return holes;
}

function launchHole(
  launch: Launch,
  address: string,
  { settings, judgeOf }: Situation,
  places: readonly Place[],
): Hole | null {
  const { host, target } = readAddress(address);
  const asked = readTarget(host, target);
  const judged = judgeOf(settings)(asked);
  if (judged.room !== null && isInside(judged.room, launch.room, settings)) return null;
  const { room } = launch;
  const folder = firstFolder(asked.path);
  const place = places.find((one) => one.host === host && one.where === folder && one.room === room) ?? null;
  return {
    kind: 'launch-address-uncovered',
    host,
    folder,
    where: folder,
    pathShape: place?.pathShape ?? asked.path,
    room,
    template: templateOf(room, settings),
    place,
    launch: { launch, address, target, judged },
  };
}

function holeAt(place: Place, kind: FindingKind): Hole {
  const { host, folder, where, pathShape, room, template } = place;
  return { kind, host, folder, where, pathShape, room, template, place, launch: null };
}

function isSame(one: Hole, other: Hole): boolean {
  return one.host === other.host && one.where === other.where && one.room === other.room;
}
