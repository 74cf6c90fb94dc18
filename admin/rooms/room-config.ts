/** A room's own entry in the configuration: made from its template where it has none, and its values set and read. */
import { type Document, isMap } from 'yaml';
import { roomKey } from '../../config/template.ts';
import type { Pin } from '../../gateway/control/words.ts';

/** By `limits.sessions`, `mode`, … */
export type RoomValues = Record<string, unknown>;
type Section = Record<string, unknown>;

/** What each of these keys says for the room as it is written: null where it is left out. Undefined: no entry leads to it. */
export function writtenValues(
  document: Document,
  room: string,
  keys: readonly string[],
): RoomValues | undefined {
  const rooms = roomsOf(document);
  const key = roomKey(room, Object.keys(rooms));
  if (key === null) return undefined;
  return Object.fromEntries(keys.map((each) => [each, valueAt(rooms[key], each.split('.'))]));
}

/** False, and nothing is changed, where no entry leads to the room. */
export function setValues(
  document: Document,
  room: string,
  values: RoomValues,
  pins: readonly Pin[],
): boolean {
  const rooms = roomsOf(document);
  const key = roomKey(room, Object.keys(rooms));
  if (key === null) return false;
  if (key !== room) document.setIn(['rooms', room], document.createNode(cloned(rooms[key], key, pins)));
  const limits = isSection(rooms[room]) ? rooms[room].limits : undefined;
  ensureMap(document, ['rooms', room], rooms[room]);
  if (Object.keys(values).some((each) => each.startsWith('limits.')))
    ensureMap(document, ['rooms', room, 'limits'], limits);
  for (const [each, value] of Object.entries(values)) setValue(document, room, each, value);
  return true;
}

/** Null is a limit that is none; elsewhere it stands for a key that is left out. */
function setValue(document: Document, room: string, key: string, value: unknown): void {
  const path = ['rooms', room, ...key.split('.')];
  if (value === null && !key.startsWith('limits.')) document.deleteIn(path);
  else document.setIn(path, value);
}

/** An empty entry is null in YAML and takes no keys; an alias takes them for others, too: both give way to a map of their own. */
function ensureMap(document: Document, path: readonly string[], plain: unknown): void {
  if (!isMap(document.getIn(path, true))) document.setIn(path, document.createNode(plain ?? {}));
}

/** Pins of the template hold for its rooms: an entry of its own begins with what was in force. */
function cloned(template: unknown, name: string, pins: readonly Pin[]): Section {
  const copy = isSection(template) ? structuredClone(template) : {};
  const start = `rooms.${name}.`;
  for (const { path, value } of pins)
    if (path.startsWith(start)) setDeep(copy, path.slice(start.length).split('.'), value);
  // These belong to a template, not to one room of it.
  const { known: _known, maxRooms: _maxRooms, ...own } = copy;
  return own;
}

function setDeep(into: Section, keys: readonly string[], value: unknown): void {
  const [first = '', ...rest] = keys;
  if (first === '__proto__') return;
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  if (!isSection(into[first])) into[first] = {};
  setDeep(into[first] as Section, rest, value);
}

function valueAt(section: unknown, keys: readonly string[]): unknown {
  let value: unknown = section;
  for (const key of keys) value = isSection(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value ?? null;
}

function roomsOf(document: Document): Section {
  const { rooms } = (document.toJS() ?? {}) as { rooms?: unknown };
  return isSection(rooms) ? rooms : {};
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
