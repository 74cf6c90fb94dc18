/** Writes a room as JSON and reads it again; whatever is not a room is refused, never half read. */
import { completeLaw } from './complete-law.ts';
import { pushDeadline } from './deadlines.ts';
import { returnerKey } from './returners.ts';
import type { Returner, Room, Session } from './room.ts';

/** Derived from others, so never written. */
const DERIVED = ['leaseEnds', 'lapsedEnds', 'claimedEnds', 'returnersByNumber'] as const;
const MAPS = ['claimed', 'gateways', 'provisional'] as const;
const LISTS = ['sessions', 'lapsed', 'returners'] as const;

export function encodeRoom(room: Room): unknown {
  const json: Record<string, unknown> = { ...room };
  for (const key of DERIVED) delete json[key];
  for (const key of MAPS) json[key] = [...room[key]];
  for (const key of LISTS) json[key] = [...room[key].values()];
  return structuredClone(json);
}

export function decodeRoom(json: unknown, blank: Room): Room {
  const record = checked(json, blank);
  const room: Room = { ...blank, ...record };
  if (room.law !== null) room.law = completeLaw(room.law);
  for (const key of MAPS) room[key] = new Map(pairs(record, key)) as Map<string, never>;
  room.sessions = byId(list<Session>(record, 'sessions'));
  room.lapsed = byId(list<Session>(record, 'lapsed'));
  const returners = list<Returner>(record, 'returners');
  room.returners = new Map(returners.map((returner) => [returnerKey(returner), returner]));
  for (const [id, at] of room.claimed) pushDeadline(room.claimedEnds, { at, id });
  for (const session of room.sessions.values()) {
    pushDeadline(room.leaseEnds, { at: session.queuedUntil, id: session.id });
  }
  for (const { leaseUntil: at, id } of room.lapsed.values()) pushDeadline(room.lapsedEnds, { at, id });
  for (const returner of [...room.returners.values()].sort(byNumber)) {
    room.returnersByNumber[returner.lane] ??= [];
    room.returnersByNumber[returner.lane]!.push(returner);
  }
  return room;
}

function byNumber(a: Returner, b: Returner): number {
  return a.number - b.number || (a.id < b.id ? -1 : 1);
}

/** Every field is there and of the kind that a new room has; the deeper shapes are our own writing. */
function checked(json: unknown, blank: Room): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw notARoom('it is no object');
  const record = { ...addedLater(), ...(structuredClone(json) as Record<string, unknown>) };
  const lists: readonly string[] = [...MAPS, ...LISTS];
  const derived: readonly string[] = DERIVED;
  for (const [key, model] of Object.entries(blank)) {
    if (derived.includes(key)) continue;
    const value = record[key];
    const fits = lists.includes(key)
      ? Array.isArray(value)
      : model === null
        ? isObjectNumberOrNull(value)
        : isAlike(value, model);
    if (!fits) throw notARoom(`${key} is ${describe(value)}`);
  }
  for (const key of derived) delete record[key];
  return record;
}

/** Fields that rooms written by earlier versions do not have. */
function addedLater(): Record<string, unknown> {
  const later = { gateways: [], server: '', awakeSince: 0, apart: null, provisional: [], stateUntil: null };
  return { ...later, factors: {}, spokenAt: 0 };
}

function isAlike(value: unknown, model: unknown): boolean {
  if (typeof model === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (typeof model !== 'object') return typeof value === typeof model;
  return typeof value === 'object' && value !== null && Array.isArray(value) === Array.isArray(model);
}

function isObjectNumberOrNull(value: unknown): boolean {
  return (
    value === null ||
    (typeof value === 'object' && !Array.isArray(value)) ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}

function pairs(record: Record<string, unknown>, key: string): [string, unknown][] {
  const entries = record[key] as unknown[];
  for (const entry of entries) {
    const [id, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const fits = key === 'claimed' ? typeof value === 'number' : typeof value === 'object' && value !== null;
    if (typeof id !== 'string' || !fits) throw notARoom(`${key} has an entry that is no pair`);
  }
  return entries as [string, unknown][];
}

function list<T extends { id: string }>(record: Record<string, unknown>, key: string): T[] {
  const items = record[key] as unknown[];
  for (const item of items) {
    const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
    if (typeof id !== 'string') throw notARoom(`${key} has an entry without an id`);
  }
  return items as T[];
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function describe(value: unknown): string {
  return value === undefined
    ? 'missing'
    : Array.isArray(value)
      ? 'a list'
      : value === null
        ? 'null'
        : `a ${typeof value}`;
}

function notARoom(why: string): TypeError {
  return new TypeError(`not a room: ${why}`);
}
