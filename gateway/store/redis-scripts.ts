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
  'retire',
  'register',
  'set-seats',
  'operate',
  'restore',
  'lift',
  'redeem',
  'report-rate',
  'depart',
  'mark-loss',
  'forget',
] as const;

export type ScriptName = (typeof SCRIPTS)[number];

/** The text of a part by its path in `lua/` without the ending: `join`, `lib/clock`. */
export type ReadPart = (part: string) => string;

const FOLDER = new URL('./lua/', import.meta.url);
const DIRECTIVE = /^--- @(include|part) "([a-z/-]+)"$/gm;

export const readPart: ReadPart = (part) => readFileSync(new URL(`${part}.lua`, FOLDER), 'utf8');

/**
 * The whole script: `--- @include "lib/x"` gives way to that text, `--- @part "lib/x-y"` to a table `x_y` that the text fills
 * (as `this`) when it is first used; each the first time it is named.
 */
export function scriptText(name: ScriptName, read: ReadPart = readPart): string {
  const taken = new Set<string>();
  const resolve = (part: string): string =>
    read(part).replace(DIRECTIVE, (_line, how: string, inner: string) => {
      if (taken.has(inner)) return '';
      taken.add(inner);
      return how === 'part' ? lazyPart(inner, resolve(inner)) : resolve(inner);
    });
  return resolve(name);
}

function lazyPart(part: string, text: string): string {
  const table = part.slice(part.lastIndexOf('/') + 1).replaceAll('-', '_');
  return `local ${table} = setmetatable({ fill = function(this)\n${text}end }, lazy)`;
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
