/** Keeps of what a visitor was told only what laws are judged by: a few sightings, however long the wait. */
import type { Sighting, VisitorRecord } from '../words.ts';
import { MACHINE_OFFSET_MS } from './machine-clock.ts';
import type { Evidence } from './worker-words.ts';

/**
 * Drops what says nothing that its neighbours do not say. Of waiting sightings with one number the last is the strictest
 * for the order, since calls only rise; of calls the first is; and a position that grew is kept beside what it grew from.
 */
export function keepEvidence(sightings: Sighting[], sighting: Sighting): void {
  const last = sightings.at(-1);
  if (last === undefined || !isSameStory(last, sighting) || hasGrown(sightings, last))
    sightings.push(sighting);
  else if (sighting.state !== 'called') sightings[sightings.length - 1] = sighting;
  else if (sighting.position !== 0 && sighting.position !== null) sightings.push(sighting);
}

function isSameStory(last: Sighting, next: Sighting): boolean {
  if (last.state !== next.state || last.number !== next.number) return false;
  if (last.position === null || next.position === null) return last.position === next.position;
  // At the front nobody waits any more: what was said before of the order is kept.
  return next.position <= last.position && (next.position === 0) === (last.position === 0);
}

function hasGrown(sightings: readonly Sighting[], last: Sighting): boolean {
  const before = sightings.findLast((sighting) => sighting !== last && sighting.position !== null);
  return last.position !== null && before?.position != null && last.position > before.position;
}

export function evidenceOf(group: string, record: VisitorRecord, isTab = false): Evidence {
  const { room, lane, number, numbers, lostPlaces, outcome, admittedAtMs, goneAtMs } = record;
  return {
    ...{ group, isTab, room, lane, number, numbers, lostPlaces, outcome },
    arrivedAtMs: record.arrivedAtMs + MACHINE_OFFSET_MS,
    admittedAtMs: admittedAtMs === null ? null : admittedAtMs + MACHINE_OFFSET_MS,
    goneAtMs: goneAtMs === null ? null : goneAtMs + MACHINE_OFFSET_MS,
    sightings: record.sightings.map(onMachineClock),
  };
}

function onMachineClock(sighting: Sighting): Sighting {
  const { askedAtMs, toldAtMs } = sighting;
  return {
    ...sighting,
    askedAtMs: askedAtMs + MACHINE_OFFSET_MS,
    toldAtMs: toldAtMs + MACHINE_OFFSET_MS,
  };
}
