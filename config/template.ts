/** Rooms' names with captures: `event-{eventid}` filled in, recognised, and looked up. */

import type { Captures } from './match.ts';
import { captureNames } from './pattern.ts';
import { CAPTURE_VALUE, ROOM_NAME } from './schema.ts';

/** Stands for the captures of all values that get no room of their own. */
export const OTHER = '~other';

export function isTemplate(name: string): boolean {
  return name.includes('{');
}

/** The room's name, or null where a capture is missing, or the name would not be a room's. */
export function fillTemplate(template: string, captures: Captures): string | null {
  let complete = true;
  const name = template.replace(/\{([^{}]*)\}/g, (_, key: string) => {
    const value = Object.hasOwn(captures, key) ? captures[key] : undefined;
    if (value === undefined || !CAPTURE_VALUE.test(value)) complete = false;
    return value ?? '';
  });
  return complete && ROOM_NAME.test(name) ? name : null;
}

/** The room that strangers of a template share: `event-~other`. */
export function otherRoom(template: string): string {
  return template.replace(/\{[^{}]*\}/g, OTHER);
}

/** The captures that make this name of the template; null where none do. `~other` counts as a value. */
export function matchTemplate(template: string, name: string): Captures | null {
  const { keys, pattern } = compiled(template);
  // Names hold 64 characters at most, so backtracking stays small.
  const match = name.length > 64 ? null : pattern.exec(name);
  return match === null ? null : Object.fromEntries(keys.map((key, index) => [key, match[index + 1]!]));
}

interface Compiled {
  keys: readonly string[];
  pattern: RegExp;
}

const MOST_COMPILED = 1_000;
const byTemplate = new Map<string, Compiled>();

/** A configuration has few templates, and they are asked for again and again. */
function compiled(template: string): Compiled {
  const known = byTemplate.get(template);
  if (known !== undefined) return known;
  const source = template
    .split(/\{[^{}]*\}/)
    .map((text) => text.replace(/[^A-Za-z0-9_-]/g, '\\$&'))
    .join('([A-Za-z0-9_-]+|~other)');
  const made = { keys: captureNames(template), pattern: new RegExp(`^${source}$`) };
  if (byTemplate.size >= MOST_COMPILED) byTemplate.clear();
  byTemplate.set(template, made);
  return made;
}

/** The key of `rooms` whose law a named room has: the exact name beats a template, the first template the others. */
export function roomKey(name: string, keys: readonly string[]): string | null {
  if (keys.includes(name)) return name;
  return keys.find((key) => isTemplate(key) && matchTemplate(key, name) !== null) ?? null;
}
