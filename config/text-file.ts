/** Reads a text that somebody wrote by hand, or says in words why it cannot be read. Never throws. */
import { readFileSync, statSync } from 'node:fs';

/** `reason` completes the sentence that begins with the file's name. */
export type FileRead = { ok: true; text: string } | { ok: false; reason: string };

const MAX_FILE_BYTES = 512 * 1024;

/** `what`: a configuration, a scenario; for the sentence about one that is too large. */
export function readTextFile(file: string, what: string): FileRead {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) return { ok: false, reason: 'is a folder; name a YAML file' };
    if (!stat.isFile()) return { ok: false, reason: 'is not a plain file' };
    if (stat.size > MAX_FILE_BYTES)
      return { ok: false, reason: `has ${stat.size} bytes; ${what} has at most ${MAX_FILE_BYTES}` };
    return decode(readFileSync(file));
  } catch (error) {
    return { ok: false, reason: unreadable(error) };
  }
}

function decode(bytes: Buffer): FileRead {
  const reason = 'is not a text in UTF-8';
  if (bytes.includes(0)) return { ok: false, reason };
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { ok: false, reason };
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  return code === 'EACCES' || code === 'EPERM'
    ? 'may not be read by this user'
    : `cannot be read (${code || error})`;
}
