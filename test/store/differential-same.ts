/** Whether two answers or two rooms are the same, and if not, where they part. */
import { type Room, roomToJson } from '../../gateway/line/room.ts';

/** The first place at which they differ, with both values; null: they are the same. An absent field is not null. */
export function difference(a: unknown, b: unknown, path = ''): string | null {
  if (a === b) return null;
  const isNested = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null;
  if (!isNested || Array.isArray(a) !== Array.isArray(b)) return `${path}: ${show(a)} is not ${show(b)}`;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[key], right[key], `${path}.${key}`);
    if (found) return found;
  }
  return null;
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 300) ?? 'undefined';
}

/** As JSON, without what is derived and without the order of what has none. */
export function comparable(room: Room | null): unknown {
  if (!room) return null;
  const json = roomToJson(room) as Record<string, Record<string, unknown>[]>;
  for (const key of ['sessions', 'lapsed', 'returners'] as const) {
    for (const item of json[key]!) delete item.queuedUntil;
    json[key]!.sort((a, b) => byText(identityOf(a), identityOf(b)));
  }
  json.claimed!.sort((a, b) => byText(String(a[0]), String(b[0])));
  return json;
}

function identityOf({ id, lane, number }: Record<string, unknown>): string {
  return `${id} ${lane} ${number}`;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
