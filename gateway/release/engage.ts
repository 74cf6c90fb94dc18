/**
 * Newcomers of a room against what is usual there: how many are a surge, and what is learned as usual.
 *
 *   pace  = newcomers a minute, fading over 10 s
 *   usual = follows the pace within 10 minutes upwards, but never towards more than twice itself, and within an hour downwards
 *   surge = pace > max(leastPerMinute, baselineTimes × usual), or more at once than that explains: at one gateway in the request that
 *           is too much, at several together in the step that hears of it (at-once.ts)
 *
 * Regimes: calm (even a bus that arrives is under `leastPerMinute`); an honest growth of 10 × in an hour (the usual follows at half the
 * distance or nearer, far from five times); a surge (it is frozen while the room is held to a rate, so that a long one is not learned);
 * a gate in its first minute (the usual is the mean of what came so far, and only a platform that has far more in flight than it bore
 * before makes a surge of what may be a morning's begin).
 */
import type { ProtectionSettings } from '../../config/settings.ts';
import { isPressedLately } from './pressed.ts';
import type { ControllerState, RoomState } from './state.ts';
import type { RoomSample } from './words.ts';

const PACE_MS = 10_000;
const UP_MS = 600_000;
const DOWN_MS = 3_600_000;
const FASTEST = 2;
/** A state this young has seen too little to call anything a surge. */
const LEARNING_MS = 60_000;
/** In which not even a mean is known. */
const BLIND_MS = 5_000;
/** Fewer newcomers at once are chance, whatever the rate that they come at. */
const LEAST_AT_ONCE = 20;
const QUIET = 0.05;
const MOST_ROOMS = 1_000;

/** Newcomers and admissions of a room, fading; a room without any fades away. */
export function notePace(
  rooms: Record<string, RoomState>,
  samples: ReadonlyMap<string, RoomSample>,
  dtMs: number,
): void {
  const kept = Math.exp(-dtMs / PACE_MS);
  for (const name of samples.keys()) rooms[name] ??= { usual: 0, pace: 0, admitted: 0 };
  for (const [name, room] of Object.entries(rooms)) {
    const sample = samples.get(name);
    room.pace = rounded(room.pace * kept + ((sample?.newcomers ?? 0) * 60_000) / PACE_MS);
    room.admitted = rounded(room.admitted * kept + ((sample?.admitted ?? 0) * 60_000) / PACE_MS);
  }
}

/** Four digits are enough, and keep a thousand rooms small. */
const rounded = (value: number): number => (value < 0.001 ? 0 : Number(value.toPrecision(4)));

/** Whether what is usual is not known yet. */
export const isLearning = (state: ControllerState): boolean => state.atMs - state.sinceMs < LEARNING_MS;

export function noteUsual(state: ControllerState, dtMs: number, leastPerMinute: number): void {
  const ageMs = state.atMs - state.sinceMs;
  // What came with a surge is no measure of what is usual.
  const wasPressed = Object.values(state.upstreams).some((one) => isPressedLately(one, state.atMs));
  for (const [name, room] of Object.entries(state.rooms)) {
    if (state.held[name]) continue;
    if (ageMs < LEARNING_MS) {
      if (!wasPressed) learnFirst(room, dtMs, ageMs);
    } else follow(room, dtMs, leastPerMinute);
  }
  for (const [name, room] of Object.entries(state.rooms)) {
    if (room.usual < QUIET && room.pace < QUIET && room.admitted < QUIET) delete state.rooms[name];
  }
  forgetRooms(state);
}

/** The mean so far. A pace that fades over ten seconds has seen but a part of them at first. */
function learnFirst(room: RoomState, dtMs: number, ageMs: number): void {
  if (ageMs === 0) return;
  const pace = room.pace / (1 - Math.exp(-ageMs / PACE_MS));
  room.usual = digits(room.usual + ((pace - room.usual) * dtMs) / Math.max(dtMs, ageMs));
}

function follow(room: RoomState, dtMs: number, leastPerMinute: number): void {
  const aim = Math.min(room.pace, FASTEST * Math.max(room.usual, leastPerMinute / 10));
  const paceMs = aim > room.usual ? UP_MS : DOWN_MS;
  room.usual = digits(room.usual + (aim - room.usual) * (1 - Math.exp(-dtMs / paceMs)));
}

/** More than of a pace: the steps of an hour are smaller than those. */
const digits = (value: number): number => Number(value.toPrecision(7));

function forgetRooms(state: ControllerState): void {
  const rooms = Object.entries(state.rooms);
  if (rooms.length <= MOST_ROOMS) return;
  rooms.sort(([, a], [, b]) => b.pace + b.usual - a.pace - a.usual);
  state.rooms = Object.fromEntries(rooms.slice(0, MOST_ROOMS));
}

/** Newcomers a minute from which this room surges. */
export function surgeLimit(state: ControllerState, room: string, { engage }: ProtectionSettings): number {
  return Math.max(engage.leastPerMinute, engage.baselineTimes * (state.rooms[room]?.usual ?? 0));
}

/** Whether a surge may be called one: what is usual is known, or what it does to the platform is seen. */
function canTell(state: ControllerState, pressed: boolean): boolean {
  return !isLearning(state) || (pressed && state.atMs - state.sinceMs >= BLIND_MS);
}

export function surges(
  state: ControllerState,
  room: string,
  settings: ProtectionSettings,
  pressed: boolean,
): boolean {
  const known = state.rooms[room];
  if (known === undefined || !canTell(state, pressed)) return false;
  return known.atOnce === true || known.pace > surgeLimit(state, room, settings);
}

/** So many at once, at one of `gateways`: no rate below the limit explains them. */
export function surgesNow(
  state: ControllerState,
  limitPerMinute: number,
  { newcomersThisSecond, newcomersThisWindow }: { newcomersThisSecond: number; newcomersThisWindow: number },
  gateways: number,
  pressed: boolean,
): boolean {
  if (!canTell(state, pressed)) return false;
  const perSecond = limitPerMinute / 60 / Math.max(1, gateways);
  return isManyAtOnce(newcomersThisSecond, perSecond) || isManyAtOnce(newcomersThisWindow, perSecond / 2);
}

/** More than chance makes of a rate by which `most` come. */
export const isManyAtOnce = (count: number, most: number): boolean =>
  count > Math.max(LEAST_AT_ONCE, most + 4 * Math.sqrt(most));
