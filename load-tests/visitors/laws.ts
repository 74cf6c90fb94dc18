/** Judges what visitors were told. Each law returns its breaches as sentences: none is what a test wants. */
import type { VisitorRecord } from './words.ts';

/** What laws are judged by. */
export type LawRecord = Pick<
  VisitorRecord,
  'room' | 'lane' | 'number' | 'sightings' | 'admittedAtMs' | 'outcome'
>;
type Records = readonly LawRecord[];

/** A position shown to a visitor never grows. */
export function grownPositions(records: Records): string[] {
  const breaches: string[] = [];
  for (const { room, sightings } of records) {
    let last: number | null = null;
    for (const { position, number } of sightings) {
      if (position === null) continue;
      if (last !== null && position > last) breaches.push(`${room} ${number}: ${last} became ${position}`);
      last = position;
    }
  }
  return breaches;
}

/** No two visitors are given one number in one lane of one room. */
export function sharedNumbers(records: Records): string[] {
  const owners = new Map<string, number>();
  for (const record of records) {
    if (record.number !== null)
      owners.set(lineOf(record) + record.number, (owners.get(lineOf(record) + record.number) ?? 0) + 1);
  }
  return [...owners].filter(([, count]) => count > 1).map(([place, count]) => `${place}: ${count} visitors`);
}

/** A visitor's number never changes, once positions are shown. */
export function changedNumbers(records: Records): string[] {
  return records.flatMap(({ room, sightings }) => {
    const numbers = new Set(
      sightings.filter(({ position }) => position !== null).map(({ number }) => number),
    );
    return numbers.size > 1 ? [`${room}: ${[...numbers].join(' became ')}`] : [];
  });
}

/**
 * Nobody is called before somebody with a smaller number: no visitor who asks after `b` was called is told to wait with a
 * smaller number. Several gateways differ by up to half a second; `toleranceMs` forgives it.
 */
export function calledOutOfOrder(records: Records, toleranceMs = 0): string[] {
  return [...byLine(records)].flatMap(([line, visitors]) => {
    const highest = highestCalled(visitors);
    return visitors.flatMap(({ sightings }) =>
      sightings.flatMap(({ askedAtMs, position, number }) => {
        if (position === null || position === 0 || number === null) return [];
        const called = highest(askedAtMs - toleranceMs);
        return called > number ? [`${line}${number} waited after ${called} was called`] : [];
      }),
    );
  });
}

/** Everybody who meant to stay, and was not stopped by the end of the run, got in. */
export function turnedAway(records: Records): string[] {
  return records
    .filter(({ admittedAtMs, outcome }) => admittedAtMs === null && outcome !== 'no-show')
    .map(({ room, number, outcome }) => `${room} ${number}: ${outcome}`);
}

function lineOf({ room, lane }: LawRecord): string {
  return `${room}/${lane ?? 'default'} `;
}

function byLine(records: Records): Map<string, LawRecord[]> {
  return Map.groupBy(
    records.filter(({ number }) => number !== null),
    lineOf,
  );
}

/** The highest number that somebody had been told to come with, or been let in with, by time. */
function highestCalled(visitors: Records): (atMs: number) => number {
  const calls = visitors.flatMap(callsOf).sort((a, b) => a.toldAtMs - b.toldAtMs);
  let highest = 0;
  const steps = calls.map(({ toldAtMs, number }) => {
    highest = Math.max(highest, number);
    return { toldAtMs, highest };
  });
  return (atMs) => {
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle]!.toldAtMs < atMs) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : steps[low - 1]!.highest;
  };
}

function callsOf({ sightings, admittedAtMs, number }: LawRecord) {
  const calls = sightings
    .filter(({ state }) => state === 'called')
    .map((sighting) => ({ toldAtMs: sighting.toldAtMs, number: sighting.number ?? 0 }));
  if (admittedAtMs !== null) calls.push({ toldAtMs: admittedAtMs, number: number ?? 0 });
  return calls;
}
