/** Findings about a configuration, each with the place where it was written. */

export type Path = readonly (string | number)[];

export interface Located {
  /** As given on the command line; `environment` for what a variable says. */
  file: string;
  /** From 1; 0 where nothing was written in a file. */
  line: number;
  column: number;
  /** `rooms.platform.limits.sessions`, `rules[2].match.path`, or the variable's name. */
  path: string;
  /** Field, value and rule in words, with the place at its end. */
  message: string;
  /** Name of the rule: a keyword of JSON Schema, or one of ours. */
  rule: string;
}

/** Finds where a value, or the nearest section above it, was written. */
export interface Positions {
  /** Place of the value; with `key` that of its key. */
  of(path: Path, at?: 'value' | 'key'): { file: string; line: number; column: number; variable?: string };
}

/** `text` completes the sentence that begins with the field's path. */
export interface Finding {
  path: Path;
  rule: string;
  text: string;
  at?: 'value' | 'key';
  /**
   * Values that the finding rests on: where one of them is wrong by itself, the finding is left out. A section of the
   * first level counts as wrong only where it is missing or no section at all.
   */
  rests?: readonly Path[];
}

/** Of several values that disagree, one that a variable set is named first: the file may be right without it. */
export function locate(finding: Finding, positions: Positions): Located {
  const places = [finding.path, ...(finding.rests ?? [])].map((path) => positions.of(path, finding.at));
  const { variable, ...place } = places.find((one) => one.variable !== undefined) ?? places[0]!;
  const path = formatPath(finding.path);
  const where = variable ?? (place.line > 0 ? `${place.file}:${place.line}` : place.file);
  const message = `${path === '' ? '' : `${path}: `}${finding.text} (${where})`;
  return { ...place, path: variable ?? path, message, rule: finding.rule };
}

/** By place, so that a reader goes through the file once. */
export function byPlace(a: Located, b: Located): number {
  return a.line - b.line || a.column - b.column || a.path.localeCompare(b.path);
}

export function formatPath(path: Path): string {
  return path.map((key, index) => formatKey(key, index)).join('');
}

function formatKey(key: string | number, index: number): string {
  if (typeof key === 'number') return `[${key}]`;
  if (!/^[A-Za-z0-9_~{}-]+$/.test(key)) return `[${JSON.stringify(shorten(key))}]`;
  return index === 0 ? key : `.${key}`;
}

/** A value as a message quotes it: one line, never long. */
export function quote(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty section' : 'a section';
  return typeof value === 'string' ? JSON.stringify(shorten(value)) : String(value);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** For terminals: one finding a line, errors first. */
export function formatLocated(list: readonly Located[], severity: 'error' | 'warning' = 'error'): string {
  return list.map((one) => `${severity}: ${one.message} [${one.rule}]\n`).join('');
}
