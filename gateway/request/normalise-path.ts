/**
 * Makes one canonical path of every spelling that all platforms read alike, and refuses the spellings that they do not.
 *
 * Resolved: dot segments (`.`, `%2e`, mixed), repeated slashes, percent-encoded letters, digits and `-._~`, the case of
 * hex digits. Refused: whatever platforms are known to read in two ways (the list is in the code below). Spellings that
 * stay as they are, yet may be read more leniently (`;x`, trailing dots), are judged twice by the classifier.
 */

export type CanonicalPath = { ok: true; path: string } | { ok: false; detail: string };

const SLASH = 0x2f;
const DOT = 0x2e;

/** 1: stands as it is; 2: may need resolving; 0: must not occur in a path. */
const KIND = new Uint8Array(256);
for (let code = 0x21; code < 0x7f; code++) KIND[code] = 1;
for (const char of '/%') KIND[char.charCodeAt(0)] = 2;
for (const char of '\\#?') KIND[char.charCodeAt(0)] = 0;

const UNRESERVED = /[A-Za-z0-9._~-]/;
/** A segment of dots and spaces, alone or before parameters: `...`, `..%20`, `..;x`. */
const READS_AS_DOTS = /^(?:\.|%20|\+)+(?=;|%3B|%23|$)/;

const wrong = (detail: string): CanonicalPath => ({ ok: false, detail });

/** `path` begins with a slash and holds no query. Allocates nothing but the answer where all is plain. */
export function canonicalPath(path: string): CanonicalPath {
  let isPlain = true;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    const kind = code < 256 ? KIND[code] : 0;
    if (kind === 0) return wrong(`the path holds ${describe(code)}`);
    if (kind === 2) isPlain &&= code === SLASH && !needsResolving(path, i + 1);
  }
  return isPlain ? { ok: true, path } : resolve(path);
}

/** After a slash: another slash, or dots that may be a segment by themselves. */
function needsResolving(path: string, at: number): boolean {
  const code = path.charCodeAt(at);
  if (code === SLASH) return true;
  if (code !== DOT) return false;
  const next = path.charCodeAt(at + 1);
  // `.well-known` is an ordinary name; dots and what may be stripped behind them are not.
  return !isWord(next);
}

function isWord(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) || code === 0x5f;
}

function resolve(path: string): CanonicalPath {
  const decoded = resolveEscapes(path);
  if (!decoded.ok) return decoded;
  const kept: string[] = [];
  const segments = decoded.path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else if (readsAsDots(segment)) return wrong('a path segment reads as dots once it is trimmed');
    else kept.push(segment);
  }
  const last = segments.at(-1)!;
  const endsOpen = kept.length > 0 && (last === '' || last === '.' || last === '..');
  return { ok: true, path: `/${kept.join('/')}${endsOpen ? '/' : ''}` };
}

function readsAsDots(segment: string): boolean {
  return READS_AS_DOTS.exec(segment)?.[0].includes('.') ?? false;
}

function resolveEscapes(path: string): CanonicalPath {
  let isBeyondAscii = false;
  let text = '';
  let copied = 0;
  for (let at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 3)) {
    const triplet = path.slice(at, at + 3);
    const byte = byteOf(triplet);
    const detail = escapeFault(triplet, byte);
    if (detail !== null) return wrong(detail);
    isBeyondAscii ||= byte > 0x7e;
    const char = String.fromCharCode(byte);
    text += path.slice(copied, at) + (UNRESERVED.test(char) ? char : triplet.toUpperCase());
    copied = at + 3;
  }
  text += path.slice(copied);
  if (/%25(?:[0-9A-Fa-f]{2}|[uU])/.test(text)) return wrong('the path is percent-encoded twice');
  if (isBeyondAscii && !isUtf8(text)) return wrong('the path’s percent-encoded bytes are not UTF-8');
  return { ok: true, path: text };
}

function byteOf(triplet: string): number {
  return /^%[0-9A-Fa-f]{2}$/.test(triplet) ? Number.parseInt(triplet.slice(1), 16) : -1;
}

/** `%2f` and `%5c` hide a boundary, `%3f` a query (Apache rewrites), `%00` an end; `%u0072` is IIS alone. */
function escapeFault(triplet: string, byte: number): string | null {
  if (byte < 0) return `${JSON.stringify(triplet)} in the path is not a percent-encoding`;
  if (byte < 0x20 || byte === 0x7f) return 'the path holds an encoded control byte';
  if (byte === 0x2f || byte === 0x5c) return 'the path holds an encoded slash or backslash';
  if (byte === 0x3f) return 'the path holds an encoded question mark';
  return null;
}

/** Node's decoder refuses overlong forms, surrogates and cut sequences. */
function isUtf8(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function describe(code: number): string {
  if (code === 0x5c) return 'a backslash';
  if (code === 0x23) return 'a fragment';
  return code > 0x20 && code < 0x7f
    ? `a raw ${String.fromCharCode(code)}`
    : 'a raw byte that must be encoded';
}
