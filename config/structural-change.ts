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
const FIXED: readonly Path[] = [
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
