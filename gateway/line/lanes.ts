/** Lanes: each has numbers of its own; their weights say in which ratio they are called. */
import type { Lane, Room } from './room.ts';

export interface Share {
  lane: string;
  count: number;
}

/** A lane that the law does not name is the default one. */
export function laneNameOf(room: Room, lane: string): string {
  return room.law && Object.hasOwn(room.law.lanes, lane) ? lane : 'default';
}

/** A ticket's or a floor's lane, which an older law may have named. */
export function laneOf(room: Room, name: string): Lane {
  const known = Object.hasOwn(room.lanes, name) ? room.lanes[name] : undefined;
  if (known) return known;
  const lane = { issued: 0, serving: 0, credit: 0 };
  room.lanes[name] = lane;
  return lane;
}

export function waitingIn(room: Room): number {
  let waiting = 0;
  for (const name in room.lanes) waiting += room.lanes[name]!.issued - room.lanes[name]!.serving;
  return waiting;
}

/**
 * Shares `count` numbers out among the lanes in which somebody waits, and raises their `serving`. Each lane's credit grows
 * by its weight's part, whole credits are spent, and what remains goes to the largest credit: over time the lanes
 * move as their weights say (3 : 1), and a lane that is empty saves nothing up.
 */
export function shareOut(room: Room, count: number): Share[] {
  const given: Record<string, number> = {};
  let left = count;
  while (left > 0) {
    const names = waitingLanes(room);
    if (names.length === 0) break;
    earnCredit(room, names, left);
    let spent = 0;
    for (const name of names) spent += give(room, given, name, Math.floor(room.lanes[name]!.credit));
    if (spent === 0) spent = give(room, given, richest(room, names), 1);
    left -= spent;
  }
  return Object.keys(given)
    .sort()
    .map((lane) => ({ lane, count: given[lane]! }));
}

function waitingLanes(room: Room): string[] {
  const names = Object.keys(room.lanes).sort();
  for (const name of names) if (isEmpty(room.lanes[name]!)) room.lanes[name]!.credit = 0;
  return names.filter((name) => !isEmpty(room.lanes[name]!));
}

/** Afterwards the credits sum up to what is to be given. */
function earnCredit(room: Room, names: string[], count: number): void {
  const weightOf = (name: string) => room.law?.lanes[name] ?? 1;
  let weights = 0;
  let credits = 0;
  for (const name of names) {
    weights += weightOf(name);
    credits += room.lanes[name]!.credit;
  }
  for (const name of names) room.lanes[name]!.credit += ((count - credits) * weightOf(name)) / weights;
}

function give(room: Room, given: Record<string, number>, name: string, wanted: number): number {
  const lane = room.lanes[name]!;
  const count = Math.max(0, Math.min(wanted, lane.issued - lane.serving));
  if (count === 0) return 0;
  lane.serving += count;
  lane.credit -= count;
  given[name] = (given[name] ?? 0) + count;
  return count;
}

function richest(room: Room, names: string[]): string {
  return names.reduce((best, name) => (room.lanes[name]!.credit > room.lanes[best]!.credit ? name : best));
}

function isEmpty(lane: Lane): boolean {
  return lane.issued <= lane.serving;
}
