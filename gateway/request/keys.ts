/** The key ring: which key signs, and which keys still verify. Keys come from files that all gateways share, never from the store. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import {
  badKeys,
  KEY_KINDS,
  type KeyFile,
  type KeyJwk,
  type KeyKind,
  makeKeys,
  readKeyFiles,
} from './key-files.ts';
import { type KeyRecord, readRecord, recordOr, writeRecord } from './key-record.ts';

interface RingKey {
  kid: string;
  /** Epoch ms until which tokens under this key are taken; Infinity while it signs or was never replaced. */
  verifyUntilMs: number;
}
export interface TicketKey extends RingKey {
  sign: KeyObject;
  verify: CryptoKey;
}
export interface PassKey extends RingKey {
  sign: CryptoKey;
  verify: CryptoKey;
  public: JWK;
}
export interface StampKey extends RingKey {
  sign: KeyObject;
}

export interface KeySet {
  ticket: TicketKey;
  pass: PassKey;
  stamp: StampKey;
  tickets: ReadonlyMap<string, TicketKey>;
  passes: ReadonlyMap<string, PassKey>;
  stamps: ReadonlyMap<string, StampKey>;
}

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

const HOUR_MS = 3_600_000;

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
    jwks() {
      const nowMs = options.now();
      const taken = [...set.passes.values()].filter((key) => key.verifyUntilMs > nowMs);
      taken.sort((a, b) => Number(b === set.pass) - Number(a === set.pass));
      return { keys: taken.map((key) => key.public) };
    },
  };
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
  return importSet(folder, files, recordOr(recorded, files), (options.overlapHours ?? 48) * HOUR_MS);
}

async function importSet(
  folder: string,
  files: KeyFile[],
  record: KeyRecord,
  overlapMs: number,
): Promise<KeySet> {
  const maps = {
    ticket: await importKind(folder, files, record, overlapMs, 'ticket', importTicket),
    pass: await importKind(folder, files, record, overlapMs, 'pass', importPass),
    stamp: await importKind(folder, files, record, overlapMs, 'stamp', importStamp),
  };
  const current = <K>(kind: KeyKind, keys: Map<string, K>): K => {
    const key = keys.get(record[kind]);
    if (key) return key;
    const missing = record[kind]
      ? `the current ${kind} key ${record[kind]} is not there`
      : `no ${kind} key is there`;
    throw badKeys(folder, `${missing}; put its file back, or run "headgate keys rotate"`);
  };
  return {
    ticket: current('ticket', maps.ticket),
    pass: current('pass', maps.pass),
    stamp: current('stamp', maps.stamp),
    tickets: maps.ticket,
    passes: maps.pass,
    stamps: maps.stamp,
  };
}

async function importKind<K>(
  folder: string,
  files: KeyFile[],
  record: KeyRecord,
  overlapMs: number,
  kind: KeyKind,
  importKey: (kid: string, jwk: KeyJwk, verifyUntilMs: number) => Promise<K>,
): Promise<Map<string, K>> {
  const keys = new Map<string, K>();
  for (const { kid, jwk } of files.filter((file) => file.kind === kind)) {
    const replacedAt = kid === record[kind] ? undefined : record.replaced[kid];
    const verifyUntilMs = replacedAt ? Date.parse(replacedAt) + overlapMs : Number.POSITIVE_INFINITY;
    try {
      keys.set(kid, await importKey(kid, jwk, verifyUntilMs));
    } catch (cause) {
      throw badKeys(`${folder}/${kid}.${kind}.jwk`, 'its numbers are no key of this kind', cause);
    }
  }
  return keys;
}

async function importTicket(kid: string, jwk: KeyJwk, verifyUntilMs: number): Promise<TicketKey> {
  const secret = Buffer.from(jwk.k ?? '', 'base64url');
  const verify = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  return { kid, verifyUntilMs, sign: createSecretKey(secret), verify };
}

async function importPass(kid: string, jwk: KeyJwk, verifyUntilMs: number): Promise<PassKey> {
  const { kty, crv, x, y, d } = jwk;
  const publicJwk = { kty, crv, x, y } as JWK;
  const sign = (await importJWK({ ...publicJwk, d } as JWK, 'ES256')) as CryptoKey;
  const verify = (await importJWK(publicJwk, 'ES256')) as CryptoKey;
  return { kid, verifyUntilMs, sign, verify, public: { ...publicJwk, kid, alg: 'ES256', use: 'sig' } };
}

async function importStamp(kid: string, jwk: KeyJwk, verifyUntilMs: number): Promise<StampKey> {
  return { kid, verifyUntilMs, sign: createSecretKey(Buffer.from(jwk.k ?? '', 'base64url')) };
}
