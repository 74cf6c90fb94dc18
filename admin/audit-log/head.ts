/**
 * Writes down beside the data where the audit log ends, so that a cut tail is found. The file follows the log at once; after a
 * kill in between it lies behind the log, which is sound. A log that ends before it, or has another entry there, was cut.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AdminLog } from '../log.ts';
import { canonicalJson } from './canonical-json.ts';

/** Where a log ends. */
export interface Head {
  count: number;
  /** Of the last entry. */
  hash: string;
}

/** Found at a start: the log did not reach where it had ended. Kept for ever. */
export interface Break {
  foundAt: string;
  expected: Head;
  found: Head;
}

export interface HeadFile extends Head {
  at: string;
  breaks: Break[];
}

export type ReadHead =
  | { kind: 'head'; head: HeadFile }
  | { kind: 'none' }
  | { kind: 'unreadable'; why: string };

interface HeadParts {
  /** Of the data; null: in memory, nothing is kept. */
  file: string | null;
  last(): Head;
  hashAt(seq: number): string | null;
  wallMs(): number;
  log: AdminLog;
}

export interface HeadKeeper {
  /** An entry was added. */
  moved(): void;
  close(): void;
}

const HEAD_FILE = 'audit-head.json';
const KEY_FILE = 'audit-key';
const KEY_BYTES = 32;

export function keepHead(parts: HeadParts): HeadKeeper {
  if (parts.file === null) return { moved: () => {}, close: () => {} };
  const folder = dirname(parts.file);
  let breaks: Break[] = [];
  const write = () => {
    try {
      writeHead(folder, { ...parts.last(), at: iso(parts.wallMs()), breaks });
    } catch (error) {
      // Behind the log is sound: the next entry tries again.
      parts.log.say('warn', { error: (error as Error).message }, 'the audit log’s head was not written');
    }
  };
  breaks = breaksAtStart(folder, parts);
  write();
  return { moved: write, close: write };
}

/** What was broken before, and what is broken now. */
function breaksAtStart(folder: string, parts: HeadParts): Break[] {
  // Read before the log: another process may be adding to it.
  const read = readHead(folder);
  const found = parts.last();
  const foundAt = iso(parts.wallMs());
  if (read.kind === 'none' && found.count === 0) return [];
  const { head } = read.kind === 'head' ? read : { head: null };
  const isWhole = head && (head.count === 0 || parts.hashAt(head.count) === head.hash);
  if (isWhole) return head.breaks;
  const expected = { count: head?.count ?? 0, hash: head?.hash ?? '' };
  parts.log.say('error', { expected, found, head: read.kind }, 'the audit log was cut or changed');
  return [...(head?.breaks ?? []), { foundAt, expected, found }];
}

export function readHead(folder: string): ReadHead {
  let text: string;
  try {
    text = readFileSync(join(folder, HEAD_FILE), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'unreadable', why: message };
  }
  try {
    const { mac, ...head } = JSON.parse(text) as HeadFile & { mac: string };
    const key = readFileSync(join(folder, KEY_FILE));
    return isSame(mac, macOf(key, head))
      ? { kind: 'head', head }
      : { kind: 'unreadable', why: 'it was changed' };
  } catch (error) {
    return { kind: 'unreadable', why: (error as Error).message };
  }
}

function writeHead(folder: string, head: HeadFile): void {
  const path = join(folder, HEAD_FILE);
  // Two processes may write at once: each into a file of its own.
  const part = `${path}.${process.pid}.part`;
  const file = openSync(part, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify({ ...head, mac: macOf(headKey(folder), head) })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
}

function headKey(folder: string): Buffer {
  const path = join(folder, KEY_FILE);
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    writeFileSync(path, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
    return readFileSync(path);
  }
}

function macOf(key: Buffer, head: HeadFile): string {
  return createHmac('sha256', key).update(canonicalJson(head)).digest('hex');
}

function isSame(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
