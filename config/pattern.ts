/** Reads host, path and query patterns into pieces, or says what is wrong with them. */
import { domainToASCII } from 'node:url';

export type Piece =
  | { kind: 'text'; text: string }
  /** One whole path segment or host label. */
  | { kind: 'capture'; name: string }
  /** Any text, separators included. */
  | { kind: 'any' };

export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: string };

/** What a query key must have: a value of its own, or any value that is then a capture. */
export type QueryWant =
  | { key: string; kind: 'value'; value: string }
  | { key: string; kind: 'capture'; name: string };

const CAPTURE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const HOST_LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
const UNRESERVED = /[A-Za-z0-9._~-]/;

const wrong = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

/** `/events/{id}/*`: text, captures that fill a segment, and `*`, which crosses slashes. */
export function parsePathPattern(pattern: string): Parsed<Piece[]> {
  if (!pattern.startsWith('/')) return wrong('must begin with /');
  if (/[?#]/.test(pattern)) return wrong('must be a path without ? and #; query keys belong in match.query');
  if (/[\\\s]/.test(pattern) || hasControl(pattern))
    return wrong('must not hold \\, spaces or control bytes');
  const canonical = canonicalText(pattern);
  if (/(^|\/)\.{1,2}(\/|$)/.test(canonical))
    return wrong('can never match: dot segments are resolved before rules are tried');
  return parsePieces(canonical, '/', 'a whole path segment');
}

/** `register.example.com`, `*.example.com`, `{tenant}.example.com`, or `*` for every host. */
export function parseHostPattern(pattern: string): Parsed<Piece[]> {
  if (pattern === '*') return { ok: true, value: [{ kind: 'any' }] };
  if (/^\[[0-9a-f:.]+\]$/i.test(pattern))
    return { ok: true, value: [{ kind: 'text', text: pattern.toLowerCase() }] };
  if (/[:/@?#\\]/.test(pattern)) return wrong('must be a host without scheme, port or path');
  const labels = hostLabels(pattern);
  const bad = labels.find((label, index) => !isHostLabel(label, index));
  if (bad !== undefined) return wrong(hostLabelReason(bad));
  return parsePieces(labels.join('.'), '.', 'a whole host label');
}

/** Each key with its value, or with `{name}` for any value. */
export function parseQueryPattern(query: Record<string, string>): Parsed<QueryWant[]> {
  const wants: QueryWant[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (key === '') return wrong('must not hold an empty key');
    const name = /^\{([^{}]*)\}$/.exec(value)?.[1];
    if (name === undefined && /[{}]/.test(value)) return wrong(`${key}: {name} must be the whole value`);
    if (name !== undefined && !CAPTURE_NAME.test(name)) return wrong(captureNameReason(name));
    wants.push(name === undefined ? { key, kind: 'value', value } : { key, kind: 'capture', name });
  }
  return { ok: true, value: wants };
}

/** Names of the captures of a template: `event-{eventid}` → `['eventid']`. */
export function captureNames(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
}

export function captureNameReason(name: string): string {
  return `{${name}} must be named by a letter, then letters, digits, _ or -`;
}

export function isCaptureName(name: string): boolean {
  return CAPTURE_NAME.test(name);
}

function parsePieces(text: string, separator: string, whole: string): Parsed<Piece[]> {
  const pieces: Piece[] = [];
  for (const match of text.matchAll(/\{([^{}]*)\}|\*+|[^{}*]+|[{}]/g)) {
    const name = match[1];
    if (name !== undefined) {
      const reason = captureReason(name, pieces, text, match.index, match[0].length, separator, whole);
      if (reason !== null) return wrong(reason);
      pieces.push({ kind: 'capture', name });
    } else if (match[0] === '{' || match[0] === '}') return wrong('must close each { with a }');
    else if (match[0].startsWith('*')) pieces.push({ kind: 'any' });
    else pieces.push({ kind: 'text', text: match[0] });
  }
  return { ok: true, value: pieces };
}

function captureReason(
  name: string,
  before: Piece[],
  text: string,
  start: number,
  length: number,
  separator: string,
  whole: string,
): string | null {
  if (!CAPTURE_NAME.test(name)) return captureNameReason(name);
  if (before.some((piece) => piece.kind === 'capture' && piece.name === name))
    return `must not capture {${name}} twice`;
  const after = text[start + length];
  const alone =
    (start === 0 || text[start - 1] === separator) && (after === undefined || after === separator);
  return alone ? null : `{${name}} must be ${whole}`;
}

function hostLabels(pattern: string): string[] {
  return pattern
    .replace(/\.$/, '')
    .split('.')
    .map((label) => (/^[\w{}*-]*$/.test(label) ? foldLabel(label) : domainToASCII(label)));
}

/** Captures keep their case: their names are compared with the room's template. */
function foldLabel(label: string): string {
  return label.startsWith('{') ? label : label.toLowerCase();
}

function isHostLabel(label: string, index: number): boolean {
  return (label === '*' && index === 0) || label.startsWith('{') || HOST_LABEL.test(label);
}

function hostLabelReason(label: string): string {
  if (label.includes('*')) return 'may hold * only as its first label: *.example.com';
  if (label.includes('{')) return `${label} must be a whole host label`;
  return label === '' ? 'must not hold an empty label' : `${label} is not a host label`;
}

/** As canonical paths are: bytes beyond ASCII escaped, unreserved ones not, escapes in capitals. */
function canonicalText(pattern: string): string {
  return pattern
    .replace(/[^\x20-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()))
    .replace(/%([0-9a-fA-F]{2})/g, (escaped, hex: string) => {
      const char = String.fromCharCode(Number.parseInt(hex, 16));
      return UNRESERVED.test(char) ? char : escaped.toUpperCase();
    });
}

function hasControl(text: string): boolean {
  return [...text].some((char) => char < ' ' || char === '\x7f');
}
