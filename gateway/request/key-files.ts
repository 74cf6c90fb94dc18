/** Signing keys on disk: one JSON Web Key a file, `<kid>.<kind>.jwk`, readable by its owner alone; a file that is not what its name says is refused by name. */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeadgateError } from '../errors.ts';

/** Tickets are HS256, passes ES256 (so that any edge can verify them), stamps HMAC-SHA-256. */
export const KEY_KINDS = ['ticket', 'pass', 'stamp'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface KeyJwk {
  kty: string;
  kid?: string;
  alg?: string;
  use?: string;
  crv?: string;
  x?: string;
  y?: string;
  d?: string;
  k?: string;
  createdAt?: string;
}

export interface KeyFile {
  kid: string;
  kind: KeyKind;
  /** Epoch ms: what the file says, else when it was last written. */
  createdAtMs: number;
  jwk: KeyJwk;
}

const FILE_NAME = /^([A-Za-z0-9_-]{1,64})\.(ticket|pass|stamp)\.jwk$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** As long as the hash (RFC 7518 §3.2): a shorter secret would be the weakest part. */
const SECRET_BYTES = 32;
const ALGORITHM: Record<KeyKind, string> = { ticket: 'HS256', pass: 'ES256', stamp: 'HS256' };

export const keyFileName = (kid: string, kind: KeyKind): string => `${kid}.${kind}.jwk`;

/** Oldest first. A folder that is not there has no keys. */
export async function readKeyFiles(folder: string): Promise<KeyFile[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.jwk'));
  const keys = await Promise.all(names.map((name) => readKeyFile(folder, name)));
  return keys.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.kid < b.kid ? -1 : 1));
}

/** Makes one new key of each kind under one new key id. */
export async function makeKeys(folder: string, kinds: readonly KeyKind[], nowMs: number): Promise<string> {
  const createdAt = new Date(nowMs).toISOString();
  const kid = `${createdAt.slice(0, 10).replaceAll('-', '')}-${randomBytes(5).toString('hex')}`;
  for (const kind of kinds) {
    const jwk = { kid, ...(await newJwk(kind)), alg: ALGORITHM[kind], use: 'sig', createdAt };
    await writeSecretFile(folder, keyFileName(kid, kind), `${JSON.stringify(jwk, null, 2)}\n`);
  }
  return kid;
}

/** Whole or not at all, and on the disk when this resolves. */
export async function writeSecretFile(folder: string, name: string, text: string): Promise<void> {
  const part = join(folder, `.${name}.${process.pid}.part`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, join(folder, name));
  } catch (cause) {
    const why = (cause as Error).message;
    throw new HeadgateError(
      'HG_DATA_UNWRITABLE',
      `keys.path: ${folder} cannot be written (${why}); make it writable, or set keys.path or HEADGATE_DATA to a folder that is`,
      { cause },
    );
  }
}

export function isKeysMissing(error: unknown): boolean {
  return error instanceof HeadgateError && error.code === 'HG_KEYS_MISSING';
}

export function badKeys(where: string, what: string, cause?: unknown): HeadgateError {
  return new HeadgateError('HG_KEYS_MISSING', `${where}: ${what}`, { cause });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw badKeys(folder, `the keys folder cannot be read (${(cause as Error).message})`, cause);
  }
}

async function readKeyFile(folder: string, name: string): Promise<KeyFile> {
  const path = join(folder, name);
  const [, kid, kind] = FILE_NAME.exec(name) ?? [];
  if (!kid)
    throw badKeys(path, 'a key file must be named <kid>.ticket.jwk, <kid>.pass.jwk or <kid>.stamp.jwk');
  const jwk = await readJwk(path);
  const wrong = flawOf(jwk, kid, kind as KeyKind);
  if (wrong) throw badKeys(path, wrong);
  const createdAtMs = Date.parse(jwk.createdAt ?? '') || (await stat(path)).mtimeMs;
  return { kid, kind: kind as KeyKind, createdAtMs, jwk };
}

async function readJwk(path: string): Promise<KeyJwk> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as KeyJwk;
  } catch (cause) {
    // A parser's message may quote the file, and the file is a secret: only its kind is told.
    const why = (cause as NodeJS.ErrnoException).code ?? 'it is not JSON';
    throw badKeys(path, `the key cannot be read (${why})`);
  }
  throw badKeys(path, 'must be one JSON Web Key, an object');
}

function flawOf(jwk: KeyJwk, kid: string, kind: KeyKind): string | null {
  if (jwk.kid !== undefined && jwk.kid !== kid) return `its kid must be that of the file name, ${kid}`;
  if (jwk.alg !== undefined && jwk.alg !== ALGORITHM[kind]) return `its alg must be ${ALGORITHM[kind]}`;
  if (jwk.use !== undefined && jwk.use !== 'sig') return 'its use must be sig';
  return kind === 'pass' ? flawOfPair(jwk) : flawOfSecret(jwk);
}

function flawOfSecret({ kty, k }: KeyJwk): string | null {
  if (kty !== 'oct') return 'its kty must be oct';
  if (typeof k !== 'string' || !BASE64URL.test(k)) return 'k must be a base64url text';
  if (Buffer.from(k, 'base64url').length < SECRET_BYTES) return `k must have at least ${SECRET_BYTES} bytes`;
  return null;
}

function flawOfPair(jwk: KeyJwk): string | null {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256') return 'its kty must be EC and its crv P-256';
  const isCoordinate = (value?: string) => typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
  if (!isCoordinate(jwk.d)) return 'd must be there: a gateway signs passes, so it needs the private key';
  if (!isCoordinate(jwk.x) || !isCoordinate(jwk.y)) return 'x and y must be base64url of 32 bytes';
  return null;
}

async function newJwk(kind: KeyKind): Promise<KeyJwk> {
  if (kind !== 'pass') return { kty: 'oct', k: randomBytes(SECRET_BYTES).toString('base64url') };
  const pair = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  return pair.privateKey.export({ format: 'jwk' }) as KeyJwk;
}
