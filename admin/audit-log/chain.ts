/** How entries of the audit log are bound to each other: each hash is over the hash before and the entry itself. */
import { createHash } from 'node:crypto';

/** An entry as it lies on the disk: `before` and `after` are canonical JSON. */
export interface StoredEntry {
  seq: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  reason: string | null;
  before: string;
  after: string;
}

/** What the first entry follows. */
export const GENESIS = '0'.repeat(64);

/** Hex SHA-256 over the hash before, a line break, and the entry as canonical JSON without its hash. */
export function hashOf(before: string, entry: StoredEntry): string {
  return createHash('sha256')
    .update(`${before}\n${entryJson(entry)}`)
    .digest('hex');
}

/** Keys in order; `before` and `after` byte for byte as they are stored, so that no two texts are taken for one. */
function entryJson(entry: StoredEntry): string {
  const { action, actor, after, at, before, reason, seq, subject } = entry;
  const text = JSON.stringify;
  return `{"action":${text(action)},"actor":${text(actor)},"after":${after},"at":${text(at)},"before":${before},"reason":${text(reason)},"seq":${seq},"subject":${text(subject)}}`;
}
