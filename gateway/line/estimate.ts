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
/** Behind them, where a rate calls, the shortest interval ends anywhere between the least and this. */
const LEAST_SPREAD_UNTIL_SECONDS = 2 * LEAST_POLL_SECONDS;

/** Gateways differ by up to half a second: what a visitor saw last is never taken back. */
export function shownPosition(number: number, serving: number, lastSeenServing: number): number {
  return Math.max(0, number - Math.max(serving, lastSeenServing));
}

/**
 * clamp(2, 30, max(5 · cost · d / sessions, cost · d / (4 · rate))) s with ±20 % jitter; d = distance behind the first 4.
 * By limits and the rate in force, not by measured speed, which is 0 after a pause. `random`: 0 to 1. The clamp stops at 25 s below the
 * jitter, so that nobody waits for more than 30 and far ends do not fall into step. Who stands behind one another came at one moment: by
 * a rate the shortest interval is 2 to 4 s, or all whom it calls within an interval would go in at once, each time.
 */
export function pollAfterSeconds(
  distance: number,
  view: Pick<RoomView, 'cost' | 'limits' | 'rate'>,
  random: number,
): number {
  const { sessions } = view.limits;
  const admissionsPerMinute = rateOf(view);
  const ahead = view.cost * Math.max(0, distance - FRONT);
  const bySlots = sessions === null ? 0 : (POLL_BY_SLOTS * ahead) / Math.max(1, sessions);
  const byRate =
    admissionsPerMinute === null ? 0 : (POLL_BY_RATE * 60 * ahead) / Math.max(1, admissionsPerMinute);
  const most = MOST_POLL_SECONDS / (1 + JITTER);
  const seconds = Math.min(most, Math.max(LEAST_POLL_SECONDS, bySlots, byRate));
  if (byRate > 0) return spreadByRate(seconds, random);
  return Math.max(LEAST_POLL_SECONDS, seconds * (1 + JITTER * (2 * random - 1)));
}

/** Evenly between both ends of the jitter, the lower of which is 2 s at least and the upper 4 s. */
function spreadByRate(seconds: number, random: number): number {
  const from = Math.max(LEAST_POLL_SECONDS, seconds * (1 - JITTER));
  const until = Math.max(LEAST_SPREAD_UNTIL_SECONDS, seconds * (1 + JITTER));
  return from + (until - from) * random;
}

/** So many ask a second when a line opens: a large crowd's questions are spread. */
const OPENING_ASKS_PER_SECOND = 1_000;

/**
 * Before an opening that `intervalSeconds` would reach beyond, the question falls behind it: within waiting / 1,000 s, 2 at
 * least, and never later than the longest interval. So everybody learns of the opening soon, and no gateway is asked by all
 * at one moment. `random`: 0 to 1.
 */
export function pollAcrossOpening(
  intervalSeconds: number,
  view: Pick<RoomView, 'at' | 'opensAt' | 'waiting'>,
  random: number,
): number {
  const opensInSeconds = ((view.opensAt ?? 0) - view.at) / 1_000;
  if (opensInSeconds <= 0 || intervalSeconds < opensInSeconds) return intervalSeconds;
  const byCrowd = Math.max(LEAST_POLL_SECONDS, view.waiting / OPENING_ASKS_PER_SECOND);
  const spread = Math.min(byCrowd, MOST_POLL_SECONDS - opensInSeconds);
  return Math.max(LEAST_POLL_SECONDS, opensInSeconds + spread * random);
}

/** Admissions a minute at this moment; null: nothing limits them. */
export function rateOf({ limits, rate }: Pick<RoomView, 'limits' | 'rate'>): number | null {
  if (rate.factor === 0) return 0;
  if (limits.admissionsPerMinute === null) return rate.perMinute;
  return Math.min(limits.admissionsPerMinute * rate.factor, rate.perMinute ?? Number.POSITIVE_INFINITY);
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

/** The same in this room: its averages say nothing of a rate that was lowered a moment ago, so that one bounds them. */
export function waitIn(
  { callsPerMinute, cost, limits, rate }: Pick<RoomView, 'callsPerMinute' | 'cost' | 'limits' | 'rate'>,
  distance: number,
): { low: number; high: number } | null {
  const perMinute = rateOf({ limits, rate });
  const { one, five } = callsPerMinute;
  if (perMinute === null || one === null || five === null) return expectedWait(distance, callsPerMinute);
  const most = perMinute / cost;
  return expectedWait(distance, { one: Math.min(one, most), five: Math.min(five, most) });
}

function stepOf(seconds: number): number {
  if (seconds <= 60) return 10;
  if (seconds <= 300) return 30;
  if (seconds <= 1_200) return 60;
  return seconds <= 7_200 ? 300 : 1_800;
}
