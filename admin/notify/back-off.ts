/** When a failed post is tried again: soon at first, later each time, and never all at the same moment. */

export const MOST_TRIES = 5;

/** After the first, second, … failed try; about three minutes in all. */
const PAUSES_MS = [2_000, 10_000, 40_000, 120_000];
/** Up to a quarter more or less. */
const JITTER = 0.25;

/** `tries`: failed so far; `random`: 0 to 1; `askedMs`: what the receiver asked for. */
export function pauseMs(tries: number, random: number, askedMs: number | null): number {
  const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1] ?? 0;
  return Math.max(pause * (1 + JITTER * (2 * random - 1)), askedMs ?? 0);
}
