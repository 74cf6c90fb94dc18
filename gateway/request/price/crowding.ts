/**
 * Whether few sources crowd many out of a room, by what was asked for of late: numbers of sources that ask faster than people
 * come, beside those of all others. Both sums fade by 1/e in 30 s. A few sources alone crowd nobody out: they are balancers
 * that nobody named, a rehearsal, or a room that is asked for by nobody else.
 */

export interface Crowding {
  /** Numbers of sources that are fast, and of all others. */
  fast: number;
  others: number;
  /** Sources that came. */
  sources: number;
  atMs: number;
}

const FADE_MS = 30_000;
/** Finer steps would only cost time. */
const STEP_MS = 100;
/** Fast sources may take so much of what the others take. */
const FAIR_SHARE = 0.25;
const LEAST_SOURCES = 8;

export function createCrowding(nowMs: number): Crowding {
  return { fast: 0, others: 0, sources: 0, atMs: nowMs };
}

export function fade(room: Crowding, nowMs: number): void {
  const passedMs = nowMs - room.atMs;
  if (passedMs < STEP_MS) return;
  const kept = Math.exp(-passedMs / FADE_MS);
  room.fast *= kept;
  room.others *= kept;
  room.sources *= kept;
  room.atMs = nowMs;
}

export function isCrowded({ fast, others, sources }: Crowding): boolean {
  return sources >= LEAST_SOURCES && fast > others * FAIR_SHARE;
}
