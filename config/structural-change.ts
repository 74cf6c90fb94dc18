/** Says which changes of a configuration a running gateway cannot follow: they hold from the next start on. */
import type { Path } from './located.ts';
import { formatPath } from './located.ts';
import type { Settings } from './settings.ts';

export interface StructuralChange {
  path: string;
  before: unknown;
  after: unknown;
  /** A sentence for operators; no secrets. */
  message: string;
}

/** Sections and keys that are read once, at the start: sockets, processes, the store, keys, cookies’ and paths’ names. */
export const FIXED: readonly Path[] = [
  ['listen', 'gateway', 'host'],
  ['listen', 'gateway', 'port'],
  ['listen', 'gateway', 'tls'],
  ['listen', 'admin'],
  ['listen', 'metrics'],
  ['listen', 'maxHeaderBytes'],
  ['store'],
  ['workers'],
  ['keys', 'path'],
  ['prefix'],
  ['cookies', 'prefix'],
  ['dataPath'],
];

export function structuralChange(before: Settings, after: Settings): StructuralChange[] {
  return FIXED.flatMap((path) => differences(path, at(before, path), at(after, path)));
}

/** `next`, with the sections that hold from the start to the end of the process as they are in `running`. */
export function keepStructure(next: Settings, running: Settings): Settings {
  const kept = structuredClone({ ...next, rooms: {} }) as Settings & Record<string, unknown>;
  for (const path of FIXED) put(kept, path, at(running, path));
  // Sets and records without a prototype stay as they are.
  return { ...kept, rooms: next.rooms, upstreams: next.upstreams };
}

function put(settings: unknown, path: Path, value: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((section, key) => (section as Settings)[key as never], settings);
  const last = path.at(-1) as never;
  if (value === undefined) delete (parent as Settings)[last];
  else (parent as Record<string, unknown>)[last] = value;
}

function differences(path: Path, before: unknown, after: unknown): StructuralChange[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences([...path, key], before[key], after[key]));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const field = formatPath(path);
  const change = path[0] === 'store' ? '' : ` (${shown(before)} → ${shown(after)})`;
  return [
    { path: field, before, after, message: `${field} changed${change}: it takes effect at the next start` },
  ];
}

function shown(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value);
}

function at(settings: Settings, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), settings);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
