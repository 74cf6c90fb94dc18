/** Entity tags: what an answer is of, and whether the asker has it already (RFC 9110, 13.1). Pure. */
import { AdminError } from '../errors.ts';

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** Without quotes. A weak tag, or a list, is no word on one state: it stays as it is and matches nothing. */
export function readIfMatch(header: string | undefined): string | null {
  const text = header?.trim();
  if (!text) return null;
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

/** Whether `If-None-Match` names this tag: then 304. Compared weakly. */
export function isHeld(etag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === quoted(etag));
}

/** Throws AdminError HG_PRECONDITION_REQUIRED. */
export function requireIfMatch(ifMatch: string | null): void {
  if (ifMatch === null)
    throw new AdminError('HG_PRECONDITION_REQUIRED', 'send the ETag of what you have read as If-Match');
}
