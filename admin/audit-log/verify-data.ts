/** Verifies the audit log on the admin's disk, also beside a running admin process: every entry, their order, and where the log ends. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoredEntry } from './chain.ts';
import { type HeadFile, type ReadHead, readHead } from './head.ts';
import { type AuditFault, createWalk, type Walk, type Walked } from './walk.ts';

/** Null: there has never been an audit log here. */
export function verifyData(file: string): Walked | null {
  // Read before the log, which may be growing.
  const read = readHead(dirname(file));
  if (!existsSync(file) && read.kind === 'none') return null;
  const head = read.kind === 'head' ? read.head : null;
  let hashThere: string | null = null;
  const seen = (hash: string) => {
    hashThere = hash;
  };
  const walk = createWalk({ count: head?.count ?? 0, seen });
  const unopened = walkFile(file, walk);
  const walked = walk.end();
  const atEnd = head ? faultsOfEnd(head, walked, hashThere) : faultsWithout(read);
  return { ...walked, faults: [...unopened, ...walked.faults, ...atEnd] };
}

/** Entries in order, as they lie on the disk. Throws what SQLite says of a file that cannot be read. */
export function* storedEntries(file: string): Generator<StoredEntry & { hash: string }> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db.prepare('SELECT * FROM audit_log ORDER BY seq').iterate();
    for (const row of rows) yield { ...row } as unknown as StoredEntry & { hash: string };
  } finally {
    db.close();
  }
}

function walkFile(file: string, walk: Walk): AuditFault[] {
  if (!existsSync(file)) return [{ kind: 'unreadable', position: 1, message: `${file} is gone` }];
  try {
    for (const entry of storedEntries(file)) walk.entry(entry);
    return [];
  } catch (error) {
    const message = (error as Error).message;
    if (/no such table/.test(message)) return [];
    // What follows may be whole, and cannot be reached.
    walk.unreadable(message);
    return [];
  }
}

/** The head is written after each entry: behind the log is sound, ahead of it is a cut. */
function faultsOfEnd(head: HeadFile, { count }: Walked, hashThere: string | null): AuditFault[] {
  const faults = head.breaks.map(({ foundAt, expected, found }): AuditFault => {
    const message = `entry ${found.count + 1}: the log ended before it on ${foundAt}, where it had ended at entry ${expected.count}`;
    return { kind: 'cut', position: found.count + 1, message };
  });
  if (head.count > count)
    faults.push({
      kind: 'cut',
      position: count + 1,
      message: `entry ${count + 1}: the log ends before it, and had reached entry ${head.count}`,
    });
  else if (head.count > 0 && hashThere !== head.hash)
    faults.push({
      kind: 'changed',
      position: head.count,
      message: `entry ${head.count}: is another one than was written down when it was made`,
    });
  return faults;
}

function faultsWithout(read: ReadHead): AuditFault[] {
  const why = read.kind === 'unreadable' ? `cannot be trusted: ${read.why}` : 'is gone';
  const message = `the file that says where the log ends ${why}; whether its tail was cut is not known`;
  return [{ kind: 'head', position: null, message }];
}
