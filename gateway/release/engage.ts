/**
 * Newcomers of a room against what is usual there: how many are a surge, and what is learned as usual.
 *
 *   pace  = newcomers a minute, fading over 10 s
 *   usual = follows the pace within 10 minutes upwards, but never towards more than twice itself, and within an hour downwards
 *   surge = pace > max(leastPerMinute, baselineTimes × usual)
 *
 * Regimes: calm (even a bus that arrives is under `leastPerMinute`); an honest growth of 10 × in an hour (the usual follows at half the
 * distance or nearer, far from five times); a surge (it is frozen while the room is held to a rate, so that a long one is not learned);
 * a gate that is younger than a minute, or a room in its first one there (the usual is what came first).
 */
import type { ProtectionSettings } from '../../config/settings.ts';
import type { ControllerState, RoomState } from './state.ts';
import type { RoomSample } from './words.ts';

const PACE_MS = 10_000;
const UP_MS = 600_000;
const DOWN_MS = 3_600_000;
const FASTEST = 2;
/** A state this young has seen too little to call anything a surge. */
const LEARNING_MS = 60_000;
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
  const learning = isLearning(state);
  for (const [name, room] of Object.entries(state.rooms)) {
    // Within the first minute the mean of what came is all there is to know; of a room that had to be held it is not even that.
    if (learning) room.usual = state.held[name] ? Math.min(room.usual, leastPerMinute) : room.pace;
    else if (!state.held[name]) follow(room, dtMs, leastPerMinute);
    if (room.usual < QUIET && room.pace < QUIET && room.admitted < QUIET) delete state.rooms[name];
  }
  forgetRooms(state);
}

function follow(room: RoomState, dtMs: number, leastPerMinute: number): void {
  const aim = Math.min(room.pace, FASTEST * Math.max(room.usual, leastPerMinute / 10));
  const paceMs = aim > room.usual ? UP_MS : DOWN_MS;
  // Not rounded to digits: the steps of an hour are smaller than these.
  room.usual = Number((room.usual + (aim - room.usual) * (1 - Math.exp(-dtMs / paceMs))).toPrecision(7));
}

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

export function surges(state: ControllerState, room: string, settings: ProtectionSettings): boolean {
  if (isLearning(state)) return false;
  return (state.rooms[room]?.pace ?? 0) > surgeLimit(state, room, settings);
}

/** So many at once, at one of `gateways`: no rate below the limit explains them. */
export function surgesNow(
  state: ControllerState,
  limitPerMinute: number,
  { newcomersThisSecond, newcomersThisWindow }: { newcomersThisSecond: number; newcomersThisWindow: number },
  gateways: number,
): boolean {
  if (isLearning(state)) return false;
  const perSecond = limitPerMinute / 60 / Math.max(1, gateways);
  const isMany = (count: number, most: number): boolean =>
    count > Math.max(LEAST_AT_ONCE, most + 4 * Math.sqrt(most));
  return isMany(newcomersThisSecond, perSecond) || isMany(newcomersThisWindow, perSecond / 2);
}
