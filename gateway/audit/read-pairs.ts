/** Reads a query as the most lenient platform might: in any order, encoded, in any case, split at `;` too, arrays by their name. */
import type { Likely } from './likely.ts';

export interface Pair {
  /** Decoded, lower case, without `[…]`. */
  key: string;
  /** Decoded. */
  value: string;
}

/** Nobody's form has more; what comes behind is not read. */
const MOST_PAIRS = 32;
const [AMPERSAND, SEMICOLON, EQUALS] = [0x26, 0x3b, 0x3d];
const CODED = new Uint8Array(256);
for (const char of '%+[ ') CODED[char.charCodeAt(0)] = 1;

export function readPairs(query: string): Pair[] {
  const pairs: Pair[] = [];
  const read = isPlain(query) ? plainPair : codedPair;
  let start = 0;
  while (start < query.length && pairs.length < MOST_PAIRS) {
    const end = pairEnd(query, start);
    if (end > start) pairs.push(read(query, start, end));
    start = end + 1;
  }
  return pairs;
}

function pairEnd(query: string, start: number): number {
  for (let i = start; i < query.length; i++) {
    const code = query.charCodeAt(i);
    if (code === AMPERSAND || code === SEMICOLON) return i;
  }
  return query.length;
}

/** Whether a pair may have one of these keys or values; false is certain, and costs one look at each character. */
export function mayHold(query: string, keys: Likely, values: Likely): boolean {
  let start = 0;
  let isKey = true;
  for (let i = 0; i <= query.length; i++) {
    const code = i < query.length ? query.charCodeAt(i) : AMPERSAND;
    if (CODED[code & 0xff] === 1) return true;
    const isEnd = code === AMPERSAND || code === SEMICOLON;
    if (!isEnd && (code !== EQUALS || !isKey)) continue;
    if ((isKey ? keys : values).has(query, start, i)) return true;
    isKey = isEnd;
    start = i + 1;
  }
  return false;
}

/** Most queries are: then nothing has to be decoded. */
function isPlain(query: string): boolean {
  for (let i = 0; i < query.length; i++) if (CODED[query.charCodeAt(i) & 0xff] === 1) return false;
  return true;
}

function plainPair(query: string, start: number, end: number): Pair {
  const equals = equalsAt(query, start, end);
  return { key: query.slice(start, equals).toLowerCase(), value: query.slice(equals + 1, end) };
}

function codedPair(query: string, start: number, end: number): Pair {
  const equals = equalsAt(query, start, end);
  return {
    key: bareKey(decode(query.slice(start, equals))),
    value: decode(query.slice(equals + 1, end)).trim(),
  };
}

function equalsAt(query: string, start: number, end: number): number {
  for (let i = start; i < end; i++) if (query.charCodeAt(i) === EQUALS) return i;
  return end;
}

function bareKey(key: string): string {
  const bracket = key.indexOf('[');
  return (bracket > 0 ? key.slice(0, bracket) : key).trim().toLowerCase();
}

/** Twice, as some platforms do. */
function decode(text: string): string {
  return text.includes('%') || text.includes('+') ? decodeOnce(decodeOnce(text.replaceAll('+', ' '))) : text;
}

function decodeOnce(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
