/** Names that one section uses must be made by another: rooms, upstreams, lanes, captures. */
import { type Finding, formatPath, type Path } from '../located.ts';
import { captureNames, type Parsed, type Piece, parseHostPattern, parsePathPattern } from '../pattern.ts';
import { closest } from '../suggest.ts';
import { isTemplate, roomKey } from '../template.ts';
import type { Draft } from '../validate.ts';
import { type Law, sound } from './law.ts';

type Rule = NonNullable<Draft['rules'][number]>;

export const defaultNames: Law = function* (draft, { names }) {
  const { room, upstream } = draft.default;
  if (room !== undefined) {
    const path = ['default', 'room'];
    if (isTemplate(room))
      yield {
        path,
        rule: 'default-room',
        text: `${JSON.stringify(room)} must be one room, without captures`,
      };
    else yield* roomExists(room, path, names.rooms);
  }
  if (upstream !== undefined) yield* upstreamExists(upstream, ['default', 'upstream'], names.upstreams);
};

export const ruleNames: Law = function* (draft, { names }) {
  for (const [index, rule] of sound(draft.rules)) {
    const path: Path = ['rules', index];
    yield* oneTarget(rule, path);
    if (rule.room !== undefined) yield* ruleRoom(rule.room, rule, path, names.rooms);
    if (rule.upstream !== undefined)
      yield* upstreamExists(rule.upstream, [...path, 'upstream'], names.upstreams);
  }
};

function* oneTarget({ name, room, action }: Rule, path: Path): Iterable<Finding> {
  const rule = 'rule-target';
  const rests = [
    [...path, 'room'],
    [...path, 'action'],
  ];
  const shown = name === undefined ? 'it' : JSON.stringify(name);
  if (room === undefined && action === undefined)
    yield { path, rule, text: `${shown} must have a room or an action`, rests };
  if (room !== undefined && action !== undefined)
    yield { path: [...path, 'action'], rule, text: 'must not stand beside room; keep one of both', rests };
}

function* ruleRoom(room: string, rule: Rule, path: Path, keys: readonly string[]): Iterable<Finding> {
  const at: Path = [...path, 'room'];
  if (!isTemplate(room)) return yield* roomExists(room, at, keys);
  if (!keys.includes(room)) {
    const text = `${JSON.stringify(room)} must be a key of rooms, as written${hint(room, keys)}`;
    yield { path: at, rule: 'template-exists', text, rests: [['rooms']] };
    return;
  }
  for (const name of captureNames(room)) {
    const missing = uncaptured(name, rule);
    if (missing !== null)
      yield {
        path: at,
        rule: 'capture',
        text: `{${name}} must be captured by this rule’s ${missing}`,
        rests: [[...path, 'match']],
      };
  }
}

/** Where the capture is missing: each host must give it, unless the path or the query does. */
function uncaptured(name: string, rule: Rule): string | null {
  const { path, query, hosts } = rule.match;
  if (Object.values(query).includes(`{${name}}`) || captures(parsePathPattern(path), name)) return null;
  const without = hosts.find((host) => !captures(parseHostPattern(host), name));
  if (hosts.length > 0 && without === undefined) return null;
  return hosts.length > 1 && without !== hosts[0] ? `host ${without}, path or query` : 'hosts, path or query';
}

/** A pattern that cannot be read is a fault of its own. */
function captures(pattern: Parsed<Piece[]>, name: string): boolean {
  return !pattern.ok || pattern.value.some((piece) => piece.kind === 'capture' && piece.name === name);
}

export const laneNames: Law = function* (draft, { names }) {
  for (const [index, rule] of sound(draft.rules)) {
    const key = rule.room === undefined ? null : roomKey(rule.room, names.rooms);
    const room = key === null ? undefined : draft.rooms[key];
    if (room === undefined || rule.lane === 'default' || Object.hasOwn(room.lanes, rule.lane)) continue;
    const lanes: Path = ['rooms', key!, 'lanes'];
    yield {
      path: ['rules', index, 'lane'],
      rule: 'lane-exists',
      text: `${JSON.stringify(rule.lane)} must be one of ${formatPath(lanes)}${hint(rule.lane, Object.keys(room.lanes))}`,
      rests: [lanes],
    };
  }
};

export const launchRooms: Law = function* (draft, { names }) {
  for (const [index, launch] of sound(draft.launches)) {
    const path: Path = ['launches', index, 'room'];
    if (launch.room === undefined) continue;
    if (isTemplate(launch.room))
      yield {
        path,
        rule: 'launch-room',
        text: `${JSON.stringify(launch.room)} must be one room, captures filled in`,
      };
    else yield* roomExists(launch.room, path, names.rooms);
  }
};

function* roomExists(room: string, path: Path, keys: readonly string[]): Iterable<Finding> {
  if (roomKey(room, keys) !== null) return;
  const text = `${JSON.stringify(room)} must be one of rooms, or fit one of its templates${hint(room, keys)}`;
  yield { path, rule: 'room-exists', text, rests: [['rooms']] };
}

function* upstreamExists(name: string, path: Path, keys: readonly string[]): Iterable<Finding> {
  if (keys.includes(name)) return;
  const text = `${JSON.stringify(name)} must be one of upstreams${hint(name, keys)}`;
  yield { path, rule: 'upstream-exists', text, rests: [['upstreams']] };
}

function hint(word: string, keys: readonly string[]): string {
  const near = closest(word, keys);
  return near === null ? '' : `; did you mean ${JSON.stringify(near)}?`;
}
