/**
 * Compiles host and path patterns to matchers that take time linear in the value, whatever the pattern.
 *
 * `compileHost(pattern)` → `(host) => Captures | null`; `host` in lower case and without port. Hosts have no case.
 * `compilePath(pattern, caseSensitive)` → `(path, lowerPath) => Captures | null`; `path` canonical, `lowerPath` its
 * `toLowerCase()`, made once a request by the caller. Captures keep the case in which they were sent.
 * `compileQuery(query, caseSensitive)` → a list of `{ key, kind: 'value', value } | { key, kind: 'capture', name }`;
 * keys and values in lower case unless the rule is case-sensitive: compare with keys and values folded alike.
 * Captures are not checked against CAPTURE_VALUE here. All throw a TypeError for a pattern that `loadConfig` refuses.
 */
import {
  type Parsed,
  type Piece,
  parseHostPattern,
  parsePathPattern,
  parseQueryPattern,
  type QueryWant,
} from './pattern.ts';

export type Captures = Readonly<Record<string, string>>;
export type HostMatcher = (host: string) => Captures | null;
export type PathMatcher = (path: string, lowerPath: string) => Captures | null;

/** What lies between two `*`: texts and captures, the latter always between separators. */
type Chunk = readonly (string | { name: string })[];

const NONE: Captures = Object.freeze({});

export function compileHost(pattern: string): HostMatcher {
  const match = compilePieces(required(parseHostPattern(pattern), pattern), '.');
  return (host) => match(host, host);
}

export function compilePath(pattern: string, caseSensitive: boolean): PathMatcher {
  const exact = compilePathAlone(pattern, caseSensitive);
  // `/x/*` also covers `/x`.
  if (!pattern.endsWith('/*') || pattern === '/*') return exact;
  const parent = compilePathAlone(pattern.slice(0, -2), caseSensitive);
  return (path, lowerPath) => exact(path, lowerPath) ?? parent(path, lowerPath);
}

export function compileQuery(query: Record<string, string>, caseSensitive: boolean): QueryWant[] {
  const wants = required(parseQueryPattern(query), JSON.stringify(query));
  if (caseSensitive) return wants;
  return wants.map((want) => {
    const key = want.key.toLowerCase();
    return want.kind === 'value' ? { ...want, key, value: want.value.toLowerCase() } : { ...want, key };
  });
}

function compilePathAlone(pattern: string, caseSensitive: boolean): PathMatcher {
  const pieces = required(parsePathPattern(pattern), pattern);
  if (caseSensitive) {
    const match = compilePieces(pieces, '/');
    return (path) => match(path, path);
  }
  const folded = pieces.map((piece) =>
    piece.kind === 'text' ? { ...piece, text: piece.text.toLowerCase() } : piece,
  );
  const match = compilePieces(folded, '/');
  return (path, lowerPath) => match(lowerPath, path);
}

type PiecesMatcher = (text: string, original: string) => Captures | null;

function compilePieces(pieces: readonly Piece[], separator: string): PiecesMatcher {
  const chunks = toChunks(pieces);
  if (pieces.some((piece) => piece.kind === 'capture')) return capturing(chunks, separator);
  return plain(chunks.map((chunk) => chunk.join('')));
}

function toChunks(pieces: readonly Piece[]): Chunk[] {
  const chunks: (string | { name: string })[][] = [[]];
  for (const piece of pieces) {
    if (piece.kind === 'any') chunks.push([]);
    else chunks.at(-1)!.push(piece.kind === 'text' ? piece.text : { name: piece.name });
  }
  return chunks;
}

function plain(texts: readonly string[]): PiecesMatcher {
  const first = texts[0]!;
  const last = texts.at(-1)!;
  if (texts.length === 1) return (text) => (text === first ? NONE : null);
  if (texts.length === 2 && last === '') return (text) => (text.startsWith(first) ? NONE : null);
  const middle = texts.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return null;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return null;
      at = found + part.length;
    }
    return at + last.length <= text.length ? NONE : null;
  };
}

/**
 * The leftmost place for each chunk is the best one: captures fill whole segments, so a chunk that starts earlier never
 * ends later, and no choice has ever to be taken back.
 */
function capturing(chunks: readonly Chunk[], separator: string): PiecesMatcher {
  const first = chunks[0]!;
  const middle = chunks.slice(1, -1);
  const last = chunks.length > 1 ? chunks.at(-1)! : null;
  return (text, original) => {
    const captures: Record<string, string> = {};
    const read = (chunk: Chunk, at: number) => readChunk(chunk, separator, text, original, at, captures);
    let at = read(first, 0);
    for (const chunk of middle) at = at < 0 ? at : findChunk(chunk, text, at, read);
    if (at < 0) return null;
    if (last === null) return at === text.length ? captures : null;
    const start = lastStart(last, separator, text);
    return start >= at && read(last, start) === text.length ? captures : null;
  };
}

/** Where the chunk ends that starts at `at`; -1 where it does not match. */
function readChunk(
  chunk: Chunk,
  separator: string,
  text: string,
  original: string,
  start: number,
  captures: Record<string, string>,
): number {
  let at = start;
  for (const piece of chunk) {
    if (typeof piece === 'string') {
      if (!text.startsWith(piece, at)) return -1;
      at += piece.length;
    } else {
      const found = text.indexOf(separator, at);
      const end = found < 0 ? text.length : found;
      if (end === at) return -1;
      captures[piece.name] = original.slice(at, end);
      at = end;
    }
  }
  return at;
}

function findChunk(
  chunk: Chunk,
  text: string,
  from: number,
  read: (chunk: Chunk, at: number) => number,
): number {
  const lead = chunk[0];
  if (typeof lead !== 'string') return chunk.length === 0 ? from : -1;
  for (let at = text.indexOf(lead, from); at >= 0; at = text.indexOf(lead, at + 1)) {
    const end = read(chunk, at);
    if (end >= 0) return end;
  }
  return -1;
}

/** The only place from which the last chunk may reach the end: it holds as many separators as its texts do. */
function lastStart(chunk: Chunk, separator: string, text: string): number {
  const written = chunk.map((piece) => (typeof piece === 'string' ? piece : '')).join('');
  if (chunk.every((piece) => typeof piece === 'string')) return text.length - written.length;
  let at = text.length;
  for (let left = written.split(separator).length - 1; left > 0; left--)
    at = at < 0 ? at : text.lastIndexOf(separator, at - 1);
  return at < 0 ? -1 : at - written.indexOf(separator);
}

function required<T>(parsed: Parsed<T>, pattern: string): T {
  if (!parsed.ok) throw new TypeError(`${pattern}: ${parsed.reason}`);
  return parsed.value;
}
