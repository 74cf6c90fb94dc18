/** What a waiting visitor is told of time: position, expected wait as an honest band, and when to ask again. */
import type { RoomView } from './words.ts';

const LEAST_POLL_SECONDS = 2;
const MOST_POLL_SECONDS = 30;
const JITTER = 0.2;
/** Polls aim at this many a person before the front is reached: in slots' worth, and in time's. */
const POLL_BY_SLOTS = 5;
const POLL_BY_RATE = 0.25;
/** So many at the front look as often as anybody: a slot that stands empty waits for one of them. */
const FRONT = 4;

/** Gateways differ by up to half a second: what a visitor saw last is never taken back. */
export function shownPosition(number: number, serving: number, lastSeenServing: number): number {
  return Math.max(0, number - Math.max(serving, lastSeenServing));
}

/**
 * clamp(2, 30, max(5 · cost · d / sessions, cost · d / (4 · rate))) s with ±20 % jitter; d = distance behind the first 4.
 * By limits and not by measured speed, which is 0 after a pause. `random`: 0 to 1. The clamp stops at 25 s below the
 * jitter, so that nobody waits for more than 30 and far ends do not fall into step.
 */
export function pollAfterSeconds(
  distance: number,
  view: Pick<RoomView, 'cost' | 'limits'>,
  random: number,
): number {
  const { sessions, admissionsPerMinute } = view.limits;
  const ahead = view.cost * Math.max(0, distance - FRONT);
  const bySlots = sessions === null ? 0 : (POLL_BY_SLOTS * ahead) / Math.max(1, sessions);
  const byRate =
    admissionsPerMinute === null ? 0 : (POLL_BY_RATE * 60 * ahead) / Math.max(1, admissionsPerMinute);
  const most = MOST_POLL_SECONDS / (1 + JITTER);
  const seconds = Math.min(most, Math.max(LEAST_POLL_SECONDS, bySlots, byRate));
  return Math.max(LEAST_POLL_SECONDS, seconds * (1 + JITTER * (2 * random - 1)));
}

/**
 * Seconds, as a band: distance over the faster and over the slower of the two averages, a quarter wider on each side, and
 * rounded outward to steps that a person would use, so that it does not jitter. Null: unknown, since nothing was measured
 * or nothing moves. For a room that calls nobody (paused, offline, held, before the opening) the caller says null itself.
 */
export function expectedWait(
  distance: number,
  callsPerMinute: RoomView['callsPerMinute'],
): { low: number; high: number } | null {
  const { one, five } = callsPerMinute;
  if (one === null || five === null) return null;
  const slower = Math.min(one, five);
  if (slower <= 0) return null;
  const low = (Math.max(0, distance) * 60) / Math.max(one, five) / 1.25;
  const high = ((Math.max(0, distance) * 60) / slower) * 1.25;
  const step = stepOf(high);
  return { low: Math.floor(low / step) * step, high: Math.max(step, Math.ceil(high / step) * step) };
}

function stepOf(seconds: number): number {
  if (seconds <= 60) return 10;
  if (seconds <= 300) return 30;
  if (seconds <= 1_200) return 60;
  return seconds <= 7_200 ? 300 : 1_800;
}
