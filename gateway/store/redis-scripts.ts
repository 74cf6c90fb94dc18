/** The room's transitions as Redis scripts: reads the Lua files, puts their parts together, and makes each a command of a client. */
import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';
import { ROOM_PARTS } from './redis-keys.ts';

/** Files of `lua/`; the command of `set-seats` is `hg_set_seats`. */
export const SCRIPTS = [
  'configure',
  'join',
  'call',
  'claim',
  'submit',
  'touch',
  'leave',
  'register',
  'set-seats',
  'restore',
  'lift',
  'redeem',
  'report-factor',
  'depart',
  'mark-loss',
  'forget',
] as const;

export type ScriptName = (typeof SCRIPTS)[number];

/** The text of a part by its path in `lua/` without the ending: `join`, `lib/clock`. */
export type ReadPart = (part: string) => string;

const FOLDER = new URL('./lua/', import.meta.url);
const INCLUDE = /^--- @include "([a-z/-]+)"$/gm;

export const readPart: ReadPart = (part) => readFileSync(new URL(`${part}.lua`, FOLDER), 'utf8');

/** The whole script: each `--- @include "part"` gives way to that part, the first time it is named. */
function scriptText(name: ScriptName, read: ReadPart): string {
  const included = new Set<string>();
  const resolve = (part: string): string =>
    read(part).replace(INCLUDE, (_line, inner: string) => {
      if (included.has(inner)) return '';
      included.add(inner);
      return resolve(inner);
    });
  return resolve(name);
}

export function commandOf(name: ScriptName): string {
  return `hg_${name.replaceAll('-', '_')}`;
}

/**
 * Defines `hg_join` and the others on the client. KEYS: `roomKeys`; ARGV: caller, floors or an empty string, arguments, all
 * MessagePack. `read` hands in other parts: a clock of a test's own as `lib/clock`.
 */
export function defineScripts(client: Redis | Cluster, read: ReadPart = readPart): void {
  for (const name of SCRIPTS) {
    client.defineCommand(commandOf(name), { numberOfKeys: ROOM_PARTS.length, lua: scriptText(name, read) });
  }
}
