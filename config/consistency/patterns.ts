/** Patterns and templates must be readable, and mean one thing. */
import { type Finding, formatPath, type Path } from '../located.ts';
import {
  captureNameReason,
  captureNames,
  isCaptureName,
  type Parsed,
  parseHostPattern,
  parsePathPattern,
  parseQueryPattern,
} from '../pattern.ts';
import { ROOM_NAME } from '../schema.ts';
import type { Rule } from '../settings.ts';
import { isTemplate, otherRoom } from '../template.ts';
import { type Law, sound } from './law.ts';

export const rulePatterns: Law = function* (draft) {
  for (const [index, { match }] of sound(draft.rules)) {
    const at: Path = ['rules', index, 'match'];
    for (const [number, host] of match.hosts.entries())
      yield* readable(parseHostPattern(host), host, [...at, 'hosts', number], 'host-pattern');
    yield* readable(parsePathPattern(match.path), match.path, [...at, 'path'], 'path-pattern');
    for (const [key, value] of Object.entries(match.query))
      yield* readable(parseQueryPattern({ [key]: value }), value, [...at, 'query', key], 'query-pattern');
    yield* capturedOnce(match, at);
    if (!match.caseSensitive) yield* queryKeysApart(match.query, [...at, 'query']);
  }
};

function* readable(parsed: Parsed<unknown>, written: string, path: Path, rule: string): Iterable<Finding> {
  if (!parsed.ok) yield { path, rule, text: `${JSON.stringify(written)} ${parsed.reason}` };
}

/** Host, path and query may disagree: then a capture would mean two things. */
function* capturedOnce(match: Rule['match'], at: Path): Iterable<Finding> {
  const inPath = captureNames(match.path);
  const inQuery = Object.values(match.query).flatMap(captureNames);
  const inHosts = new Set(match.hosts.flatMap(captureNames));
  const all = [...inHosts, ...inPath, ...inQuery];
  const twice = new Set(all.filter((name, index) => all.indexOf(name) !== index));
  const part = inQuery.some((name) => twice.has(name)) ? 'query' : 'path';
  for (const name of twice) {
    const alreadyTold = inPath.filter((other) => other === name).length > 1;
    if (!alreadyTold)
      yield { path: [...at, part], rule: 'capture-twice', text: `{${name}} must be captured once in a rule` };
  }
}

function* queryKeysApart(query: Record<string, string>, at: Path): Iterable<Finding> {
  const seen = new Set<string>();
  for (const key of Object.keys(query)) {
    if (seen.has(key.toLowerCase()))
      yield {
        path: [...at, key],
        rule: 'query-key-unique',
        text: 'differs from another key only by case, and this rule ignores case',
        at: 'key',
      };
    seen.add(key.toLowerCase());
  }
}

export const roomNames: Law = function* (draft) {
  for (const key of Object.keys(draft.rooms)) {
    const reason = roomNameReason(key);
    if (reason !== null) yield { path: ['rooms', key], rule: 'room-name', text: reason, at: 'key' };
  }
};

function roomNameReason(key: string): string | null {
  if (/[{}]/.test(key.replace(/\{[^{}]*\}/g, ''))) return 'must close each { with a }';
  const names = captureNames(key);
  const bad = names.find((name) => !isCaptureName(name));
  if (bad !== undefined) return captureNameReason(bad);
  if (new Set(names).size < names.length) return 'must not hold the same capture twice';
  // `{a}{b}` makes one name of 1, 23 and of 12, 3: two events would share a line.
  if (key.includes('}{')) return 'must have a text between two captures';
  const longest = isTemplate(key) ? otherRoom(key) : key;
  return ROOM_NAME.test(longest) ? null : 'must make names of at most 64 characters';
}

export const knownValues: Law = function* (draft) {
  for (const [key, room] of Object.entries(draft.rooms)) {
    if (room.known === 'any' || isTemplate(key)) continue;
    const path: Path = ['rooms', key, 'known'];
    yield {
      path,
      rule: 'known-template',
      text: `is for templates alone, and ${formatPath(['rooms', key])} has no capture`,
    };
  }
};
