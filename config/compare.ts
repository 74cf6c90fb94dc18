/** Says how a configuration file differs from the configuration in force: by rule, room and upstream, each with its line. Structural sections and the number are left out, since a gateway takes those from its own file alone. */
import { isDeepStrictEqual } from 'node:util';
import type { Path, Positions } from './located.ts';
import type { Config } from './schema.ts';
import { FIXED } from './structural-change.ts';

export interface Difference {
  /** As pins name it: `rules.event registration.enabled`, `rooms.platform.limits.sessions`. */
  path: string;
  file: string;
  /** Of the value in the file, or of the section that lacks it. */
  line: number;
  inFile: unknown;
  active: unknown;
}

/** As `loadConfig` answers it. */
export interface FileConfig {
  config: Config;
  positions: Positions;
}

/** More say nothing that these do not: it is another configuration. */
const MOST_DIFFERENCES = 100;
/** Lists whose entries are told by their names. */
const NAMED_LISTS = ['rules', 'launches'];

/** Where two configurations differ: keys as written in the file, and the same in words. */
interface Place {
  keys: Path;
  path: string;
}

interface Found extends Place {
  inFile: unknown;
  active: unknown;
}

/** `file`: what the gateway's own file says; `active`: the revision in force, read with its pins. */
export function compareConfigs(file: FileConfig, active: Config): Difference[] {
  const found = inSection({ keys: [], path: '' }, file.config, active).slice(0, MOST_DIFFERENCES);
  return found.map(({ keys, path, inFile, active: wanted }) => {
    const { file: name, line } = file.positions.of(keys);
    return { path, file: name, line, inFile: inFile ?? null, active: wanted ?? null };
  });
}

function inSection(at: Place, inFile: object, active: object): Found[] {
  const [one, other] = [new Map(Object.entries(inFile)), new Map(Object.entries(active))];
  const keys = [...new Set([...one.keys(), ...other.keys()])];
  return keys.flatMap((key) => inValue(below(at, key), one.get(key), other.get(key)));
}

function inValue(at: Place, inFile: unknown, active: unknown): Found[] {
  if (isOwn(at.keys)) return [];
  if (isSection(inFile) && isSection(active)) return inSection(at, inFile, active);
  if (NAMED_LISTS.includes(at.path) && isNamedList(inFile) && isNamedList(active))
    return inNamedList(at, inFile, active);
  return isDeepStrictEqual(inFile ?? null, active ?? null) ? [] : [{ ...at, inFile, active }];
}

interface Named {
  name: string;
}

function inNamedList(at: Place, inFile: readonly Named[], active: readonly Named[]): Found[] {
  const wanted = new Map(active.map((entry) => [entry.name, entry]));
  const present = new Set(inFile.map(({ name }) => name));
  const own = inFile.flatMap((entry, index) => {
    const place = { keys: [...at.keys, index], path: `${at.path}.${entry.name}` };
    return inValue(place, entry, wanted.get(entry.name));
  });
  const lacking = active.filter(({ name }) => !present.has(name));
  return [
    ...own,
    ...lacking.map((entry) => ({
      ...at,
      path: `${at.path}.${entry.name}`,
      inFile: undefined,
      active: entry,
    })),
    ...inOrder(at, inFile, active),
  ];
}

/** The first match wins, so the same rules in another order are another configuration. */
function inOrder(at: Place, inFile: readonly Named[], active: readonly Named[]): Found[] {
  const [ours, theirs] = [namesIn(inFile, active), namesIn(active, inFile)];
  const moved = ours.findIndex((name, index) => name !== theirs[index]);
  if (at.path !== 'rules' || moved < 0) return [];
  const index = inFile.findIndex(({ name }) => name === ours[moved]);
  return [{ keys: [...at.keys, index], path: 'rules', inFile: ours, active: theirs }];
}

/** Names of the entries that the other list has, too. */
function namesIn(list: readonly Named[], other: readonly Named[]): string[] {
  const known = new Set(other.map(({ name }) => name));
  return list.map(({ name }) => name).filter((name) => known.has(name));
}

/** Of this gateway alone: what it was started with, and the number that the admin gives. */
function isOwn(keys: Path): boolean {
  if (keys.length === 1 && keys[0] === 'revision') return true;
  return FIXED.some((path) => path.length <= keys.length && path.every((key, index) => key === keys[index]));
}

function below(at: Place, key: string): Place {
  return { keys: [...at.keys, key], path: at.path === '' ? key : `${at.path}.${key}` };
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is Named[] {
  return Array.isArray(value);
}
