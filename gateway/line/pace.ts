/** How fast the line moves: numbers called a minute, measured only while somebody waits and may be called. */
import { createPace, type Pace, type Room } from './room.ts';

const MINUTE_MS = 60_000;
/** Before this much was measured, nothing is said. */
const LEAST_MEASURED_MS = 10_000;
/** A line that forms anew after this is a new line: what was measured before says nothing of it. */
const FORGET_AFTER_MS = 60_000;

/**
 * Before a step's calls: average' = (τ · average + called) / (τ + elapsed), an exponential mean with time constant τ,
 * by arithmetic that every language does alike; `weight` takes the same way from 0 to 1 and corrects the start.
 */
export function measurePace(room: Room, elapsedMs: number, isMoving: boolean): void {
  const { pace } = room;
  if (!isMoving) {
    rest(room, elapsedMs);
    return;
  }
  pace.idleSince = 0;
  const called = pace.pending * MINUTE_MS;
  pace.pending = 0;
  pace.one = (MINUTE_MS * pace.one + called) / (MINUTE_MS + elapsedMs);
  pace.oneWeight = (MINUTE_MS * pace.oneWeight + elapsedMs) / (MINUTE_MS + elapsedMs);
  const five = 5 * MINUTE_MS;
  pace.five = (five * pace.five + called) / (five + elapsedMs);
  pace.fiveWeight = (five * pace.fiveWeight + elapsedMs) / (five + elapsedMs);
}

/** Called a minute; null while too little was measured. */
export function paceOf(pace: Pace): { one: number | null; five: number | null } {
  const known = pace.oneWeight >= LEAST_MEASURED_MS / (MINUTE_MS + LEAST_MEASURED_MS);
  if (!known) return { one: null, five: null };
  return { one: pace.one / pace.oneWeight, five: pace.five / pace.fiveWeight };
}

function rest(room: Room, elapsedMs: number): void {
  const { pace } = room;
  // What was called by letting newcomers straight in is no speed of a line.
  pace.pending = 0;
  if (pace.idleSince === 0) pace.idleSince = room.at - elapsedMs;
  if (room.at - pace.idleSince >= FORGET_AFTER_MS) room.pace = { ...createPace(), idleSince: pace.idleSince };
}
