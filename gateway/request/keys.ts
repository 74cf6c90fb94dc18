/** The key ring: which key signs, and which keys still verify. Keys come from files that all gateways share, never from the store. */
import type { JWK } from 'jose';
import { badKeys, KEY_KINDS, makeKeys, readKeyFiles } from './key-files.ts';
import { type KeyRecord, readRecord, recordOr, writeRecord } from './key-record.ts';
import { importSet, type KeySet } from './key-set.ts';

export type { KeySet } from './key-set.ts';

export interface KeyRing {
  /** The present keys; another object after each reload, so that a cache can tell. */
  readonly set: KeySet;
  /** Reads the folder again; when it throws, the keys held until now stay. */
  reload(): Promise<void>;
  /** Public keys of the passes that are taken now, the current one first. */
  jwks(): { keys: JWK[] };
}

export interface KeyRingOptions {
  /** Make a first set in an empty folder; with a shared store no gateway may, or each would have its own. */
  make: boolean;
  /** Epoch ms. */
  now: () => number;
  overlapHours?: number;
}

export const HOUR_MS = 3_600_000;
const OVERLAP_HOURS = 48;

/** Throws HG_KEYS_MISSING with file and reason, HG_DATA_UNWRITABLE where a first set cannot be written. */
export async function openKeyRing(folder: string, options: KeyRingOptions): Promise<KeyRing> {
  let set = await loadSet(folder, options);
  return {
    get set() {
      return set;
    },
    async reload() {
      set = await loadSet(folder, { ...options, make: false });
    },
    jwks: () => publicKeys(set, options.now()),
  };
}

export function publicKeys(set: KeySet, nowMs: number): { keys: JWK[] } {
  const taken = [...set.passes.values()].filter((key) => key.verifyUntilMs > nowMs);
  if (set.maySign) taken.sort((a, b) => Number(b === set.pass) - Number(a === set.pass));
  return { keys: taken.map((key) => key.public) };
}

async function loadSet(folder: string, options: KeyRingOptions): Promise<KeySet> {
  const recorded = await readRecord(folder);
  let files = await readKeyFiles(folder);
  // A crash while the first set was made leaves some kinds and no record; a recorded key is never replaced by itself.
  const lacking = KEY_KINDS.filter((kind) => !files.some((key) => key.kind === kind));
  if (lacking.length > 0 && options.make && !recorded) {
    await makeKeys(folder, lacking, options.now());
    files = await readKeyFiles(folder);
    await writeRecord(folder, { ...recordOr(null, files), rotatedAt: new Date(options.now()).toISOString() });
  }
  const record = recordOr(recorded, files);
  for (const kind of KEY_KINDS) {
    if (!files.some((key) => key.kind === kind && key.kid === record[kind]))
      throw badKeys(folder, missing(record, kind));
  }
  return importSet(folder, files, record, (options.overlapHours ?? OVERLAP_HOURS) * HOUR_MS);
}

function missing(record: KeyRecord, kind: (typeof KEY_KINDS)[number]): string {
  const what = record[kind]
    ? `the current ${kind} key ${record[kind]} is not there`
    : `no ${kind} key is there`;
  return `${what}; put its file back, or run "headgate keys rotate"`;
}
