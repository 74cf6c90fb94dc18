/** The keys that are held, ready for use: which of each kind signs, and which still verify. */
import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { badKeys, type KeyFile, type KeyJwk, type KeyKind } from './key-files.ts';
import type { KeyRecord } from './key-record.ts';

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
  /** The keys that sign; reading one that is not here throws HG_KEYS_MISSING. */
  readonly ticket: TicketKey;
  readonly pass: PassKey;
  readonly stamp: StampKey;
  /** Whether tickets and passes can be signed: without, nobody may be given a number or a slot. */
  readonly maySign: boolean;
  tickets: ReadonlyMap<string, TicketKey>;
  passes: ReadonlyMap<string, PassKey>;
  stamps: ReadonlyMap<string, StampKey>;
}

/** Throws HG_KEYS_MISSING for a file whose numbers are no key. */
export async function importSet(
  folder: string,
  files: readonly KeyFile[],
  record: KeyRecord,
  overlapMs: number,
): Promise<KeySet> {
  const importAll = <K>(kind: KeyKind, importKey: ImportKey<K>) =>
    importKind(folder, files, record, overlapMs, kind, importKey);
  const tickets = await importAll('ticket', importTicket);
  const passes = await importAll('pass', importPass);
  const stamps = await importAll('stamp', importStamp);
  const ticket = tickets.get(record.ticket);
  const pass = passes.get(record.pass);
  // A stamp is proof for the platform alone: one of another key that it may know is better than none.
  const stamp = stamps.get(record.stamp) ?? [...stamps.values()].at(-1);
  return {
    get ticket() {
      return ticket ?? missing('ticket', record);
    },
    get pass() {
      return pass ?? missing('pass', record);
    },
    get stamp() {
      return stamp ?? missing('stamp', record);
    },
    maySign: ticket !== undefined && pass !== undefined,
    tickets,
    passes,
    stamps,
  };
}

/** Tells two keys of one name apart, and tells nothing of the key: the store may know it. */
export function printOf({ kind, jwk }: KeyFile): string {
  const secret = kind === 'pass' ? `${jwk.x}.${jwk.y}` : Buffer.from(jwk.k ?? '', 'base64url');
  return createHash('sha256').update(`headgate ${kind}\n`).update(secret).digest('base64url').slice(0, 22);
}

function missing(kind: KeyKind, record: KeyRecord): never {
  throw badKeys('keys.path', `the current ${kind} key ${record[kind]} is not there`);
}

type ImportKey<K> = (kid: string, jwk: KeyJwk, verifyUntilMs: number) => Promise<K>;

async function importKind<K>(
  folder: string,
  files: readonly KeyFile[],
  record: KeyRecord,
  overlapMs: number,
  kind: KeyKind,
  importKey: ImportKey<K>,
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
