/** What gateways with one store agree on: the keys that sign, in a record that only grows, whoever lost it or brings an older one. */
import { randomBytes } from 'node:crypto';
import { drawPrint } from './draw-secret.ts';
import { KEY_KINDS, type KeyFile, type KeyKind } from './key-files.ts';
import { type KeyRecord, recordOr } from './key-record.ts';
import { printOf } from './key-set.ts';
import type { KeysFolder } from './keys-folder.ts';

/** The record's field in the store. */
export const CURRENT = 'current';

export interface SharedRecord extends KeyRecord {
  /** Grows with each change. */
  rev: number;
  /** Drawn when a deployment's first record was made: a folder from elsewhere may have a higher `rev`, and says nothing here. */
  family: string;
  /** Of the keys that sign: two keys may bear one name. */
  prints: Record<KeyKind, string>;
  /** Of the secret of opening draws; null until a gateway had one. */
  draw: string | null;
}

/** Null: no record, or nothing that could be one. */
export function parseShared(text: string | undefined): SharedRecord | null {
  try {
    return text === undefined ? null : sharedOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The record as a shared one; null where it was never shared. */
export function sharedOf(value: unknown): SharedRecord | null {
  const record = (value ?? {}) as Partial<SharedRecord>;
  const prints = record.prints as Partial<Record<KeyKind, string>> | undefined;
  const isWhole =
    KEY_KINDS.every((kind) => typeof record[kind] === 'string' && typeof prints?.[kind] === 'string') &&
    Number.isSafeInteger(record.rev) &&
    typeof record.family === 'string' &&
    !Number.isNaN(Date.parse(record.rotatedAt ?? ''));
  if (!isWhole) return null;
  return {
    ...(record as SharedRecord),
    replaced: { ...record.replaced },
    draw: typeof record.draw === 'string' ? record.draw : null,
  };
}

/** What shall be recorded, given what is stored, what this gateway knew before, and what its folder holds. */
export function recordToBe(
  stored: SharedRecord | null,
  known: SharedRecord | null,
  folder: KeysFolder,
  nowMs: number,
): SharedRecord | null {
  const first = () => (folder.fault ? null : firstShared(folder.own, folder.files, nowMs));
  return withDraw(newerRecord(stored, known) ?? first(), folder);
}

/** The first gateway that has all the keys and a draw secret says which secret counts. */
function withDraw(record: SharedRecord | null, { files, draw }: KeysFolder): SharedRecord | null {
  if (record === null || record.draw !== null || draw === null) return record;
  const prints = printsOf(record, files);
  const isAtHome = prints !== null && KEY_KINDS.every((kind) => prints[kind] === record.prints[kind]);
  return isAtHome ? { ...record, rev: record.rev + 1, draw: drawPrint(draw) } : record;
}

/** The first record of a deployment: what the folder says, else its newest keys; null where a kind has none. */
function firstShared(own: KeyRecord | null, files: readonly KeyFile[], nowMs: number): SharedRecord | null {
  const record = recordOr(own, files);
  const prints = printsOf(record, files);
  if (!prints) return null;
  return {
    ...record,
    rotatedAt: new Date(nowMs).toISOString(),
    rev: 1,
    family: randomBytes(9).toString('base64url'),
    prints,
    draw: null,
  };
}

/** Null unless each key that signs is there. */
export function printsOf(
  record: Record<KeyKind, string>,
  files: readonly KeyFile[],
): Record<KeyKind, string> | null {
  const [ticket, pass, stamp] = KEY_KINDS.map((kind) =>
    files.find((key) => key.kind === kind && key.kid === record[kind]),
  );
  return ticket && pass && stamp
    ? { ticket: printOf(ticket), pass: printOf(pass), stamp: printOf(stamp) }
    : null;
}

/**
 * The record that counts. Of one family the higher `rev` does, so that a store which came back older or empty is put
 * right; of another family the store's does, so that a stray folder changes nothing. Two records of one `rev` were
 * written on either side of a failover: the later rotation counts, and every gateway chooses alike.
 */
export function newerRecord(stored: SharedRecord | null, known: SharedRecord | null): SharedRecord | null {
  if (stored === null || known === null) return stored ?? known;
  if (stored.family !== known.family) return stored;
  if (stored.rev !== known.rev) return stored.rev > known.rev ? stored : known;
  const [a, b] = [JSON.stringify(stored), JSON.stringify(known)];
  if (stored.rotatedAt !== known.rotatedAt) return stored.rotatedAt > known.rotatedAt ? stored : known;
  return a >= b ? stored : known;
}

/** Keys that bear a recorded name without being that key: under it nothing may be signed or judged. */
export function isImpostor(record: SharedRecord | null, file: KeyFile): boolean {
  return record !== null && record[file.kind] === file.kid && record.prints[file.kind] !== printOf(file);
}
