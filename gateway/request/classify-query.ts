/** Reads the keys that rules ask for from a query, and says when a platform could read another value than the gate. */
import { compileQuery } from '../../config/match.ts';
import type { QueryWant } from '../../config/pattern.ts';
import { foldText } from './classify-readings.ts';

export type QueryRead =
  /** Captures of the keys; empty where the rule asks for values only. */
  | { kind: 'found'; captures: Readonly<Record<string, string>> }
  | { kind: 'absent' }
  /** The key occurs twice, as an array, or in a spelling that only some platforms take for it. */
  | { kind: 'ambiguous'; key: string };

/** A key as it is written, and as the most lenient platform reads it. */
interface Key {
  exact: string;
  loose: string;
}

export type CompiledWant = QueryWant & { looseKey: string };

export interface Parameter {
  key: Key;
  /** For rules that ignore case. */
  lowerKey: Key;
  value: string;
  /** Only some platforms see this parameter, or see it so: it stands beside a `;`. */
  isLoose: boolean;
}

/** Keys and values in lower case where the rule ignores case. */
export function compileWants(query: Record<string, string>, caseSensitive: boolean): CompiledWant[] {
  return compileQuery(query, caseSensitive).map((want) => {
    const looseKey = loosen(want.key);
    return { ...want, looseKey: caseSensitive ? looseKey : looseKey.toLowerCase() };
  });
}

/** Splits at `&`; what some platforms would also split at `;` is listed as loose. */
export function parseQuery(query: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const isLoose = part.includes(';');
    parameters.push(parseParameter(part, isLoose));
    if (!isLoose) continue;
    for (const piece of part.split(';').slice(1))
      if (piece !== '') parameters.push(parseParameter(piece, true));
  }
  return parameters;
}

export function readQuery(
  wants: readonly CompiledWant[],
  parameters: readonly Parameter[],
  caseSensitive: boolean,
): QueryRead {
  const captures: Record<string, string> = {};
  let isAbsent = false;
  for (const want of wants) {
    const values = valuesOf(want, parameters, caseSensitive);
    if (values === null || (values.length > 1 && isDoubtful(want, values))) return ambiguous(want.key);
    const value = values[0];
    if (!answers(want, value)) isAbsent = true;
    else if (want.kind === 'capture') {
      // Two keys may not name one room differently.
      if (Object.hasOwn(captures, want.name) && captures[want.name] !== value) return ambiguous(want.key);
      captures[want.name] = value;
    }
  }
  return isAbsent ? { kind: 'absent' } : { kind: 'found', captures };
}

/** An empty value names no room: pages 2 to 5 of a form may carry the key without one. */
function answers(want: QueryWant, value: string | undefined): value is string {
  return want.kind === 'capture' ? value !== undefined && value !== '' : value === want.value;
}

function ambiguous(key: string): QueryRead {
  return { kind: 'ambiguous', key };
}

/** A key with a fixed value may repeat (`tag=a&tag=b`) as long as every reading gives the same answer. */
function isDoubtful(want: QueryWant, values: readonly string[]): boolean {
  return want.kind === 'capture' || values.includes(want.value);
}

/** Null where a spelling is seen that only some platforms take for the key. */
function valuesOf(
  want: CompiledWant,
  parameters: readonly Parameter[],
  caseSensitive: boolean,
): string[] | null {
  const values: string[] = [];
  for (const parameter of parameters) {
    const key = caseSensitive ? parameter.key : parameter.lowerKey;
    if (key.loose !== want.looseKey) continue;
    if (parameter.isLoose || key.exact !== want.key) return null;
    values.push(caseSensitive ? parameter.value : parameter.value.toLowerCase());
  }
  return values;
}

function parseParameter(part: string, isLoose: boolean): Parameter {
  const equals = part.indexOf('=');
  const value = equals < 0 ? '' : decode(part.slice(equals + 1));
  const { key, lowerKey } = readKey(equals < 0 ? part : part.slice(0, equals));
  return { key, lowerKey, value, isLoose };
}

type ReadKey = Pick<Parameter, 'key' | 'lowerKey'>;

const REMEMBERED = 1_024;
const LONGEST_KEY = 64;
const remembered = new Map<string, ReadKey>();

/** A platform's own keys come with every request; invented ones must not grow the memory. */
function readKey(written: string): ReadKey {
  const known = remembered.get(written);
  if (known !== undefined) return known;
  const exact = decode(written);
  const key = { exact, loose: loosen(exact) };
  const read = { key, lowerKey: { exact: exact.toLowerCase(), loose: key.loose.toLowerCase() } };
  if (remembered.size >= REMEMBERED) remembered.clear();
  if (written.length <= LONGEST_KEY) remembered.set(written, read);
  return read;
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  return decodePercent(text.replaceAll('+', ' '));
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const PLAIN_KEY = /^[A-Za-z0-9-]*$/;

/**
 * Decodes twice more, and as PHP does: cut at `[` and NUL, trimmed, `.` and space are `_`. Look-alikes become ASCII.
 */
function loosen(key: string): string {
  if (PLAIN_KEY.test(key)) return key;
  const bare = foldText(cut(decodePercent(decodePercent(key)))).trim();
  return bare.replace(/^\?+/, '').replace(/[. ]/g, '_');
}

function cut(key: string): string {
  const end = key.search(/[[\0]/);
  // `[` as the first byte is part of the name.
  return end > 0 ? key.slice(0, end) : key;
}
