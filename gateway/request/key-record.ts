/** Which keys sign: `current.json` in the keys folder, written by the command line alone; without it the newest of each kind signs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badKeys, KEY_KINDS, type KeyFile, type KeyKind, writeSecretFile } from './key-files.ts';

const FILE = 'current.json';

export interface KeyRecord extends Record<KeyKind, string> {
  /** ISO 8601. */
  rotatedAt: string;
  /** When each former key stopped to sign, by key id: from then on its overlap runs. */
  replaced: Record<string, string>;
}

/** Null where no current keys were recorded yet. */
export async function readRecord(folder: string): Promise<KeyRecord | null> {
  const path = join(folder, FILE);
  try {
    return checkedRecord(path, JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if ((cause as { code?: string }).code === 'HG_KEYS_MISSING') throw cause;
    throw badKeys(path, `cannot be read (${(cause as Error).message})`, cause);
  }
}

export function writeRecord(folder: string, record: KeyRecord): Promise<void> {
  return writeSecretFile(folder, FILE, `${JSON.stringify(record, null, 2)}\n`);
}

/** The record as it stands, or what it would be by the keys' age. `keys` are oldest first. */
export function recordOr(record: KeyRecord | null, keys: readonly KeyFile[]): KeyRecord {
  if (record) return record;
  const kidOf = (kind: KeyKind) => keys.findLast((key) => key.kind === kind)?.kid ?? '';
  const newest = { ticket: kidOf('ticket'), pass: kidOf('pass'), stamp: kidOf('stamp') };
  return { ...newest, rotatedAt: new Date(0).toISOString(), replaced: {} };
}

function checkedRecord(path: string, value: unknown): KeyRecord {
  const record = (value ?? {}) as Partial<KeyRecord>;
  for (const kind of KEY_KINDS) {
    if (typeof record[kind] !== 'string') throw badKeys(path, `${kind} must be a key id`);
  }
  const replaced = record.replaced ?? {};
  for (const [kid, at] of Object.entries(replaced)) {
    if (Number.isNaN(Date.parse(at))) throw badKeys(path, `replaced.${kid} must be a time in ISO 8601`);
  }
  return { ...(record as KeyRecord), replaced };
}
