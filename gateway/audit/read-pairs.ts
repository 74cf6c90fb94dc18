/** Reads a query as the most lenient platform might: in any order, encoded, in any case, split at `;` too, arrays by their name. */

export interface Pair {
  /** Decoded, lower case, without `[…]`. */
  key: string;
  /** Decoded. */
  value: string;
}

/** Nobody's form has more; what comes behind is not read. */
const MOST_PAIRS = 32;
const [AMPERSAND, SEMICOLON] = [0x26, 0x3b];

export function readPairs(query: string): Pair[] {
  const pairs: Pair[] = [];
  let start = 0;
  while (start < query.length && pairs.length < MOST_PAIRS) {
    const end = pairEnd(query, start);
    if (end > start) pairs.push(readPair(query, start, end));
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

function readPair(query: string, start: number, end: number): Pair {
  const found = query.indexOf('=', start);
  const equals = found < 0 || found > end ? end : found;
  return {
    key: bareKey(decode(query.slice(start, equals))),
    value: decode(query.slice(equals + 1, end)).trim(),
  };
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
