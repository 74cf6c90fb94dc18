/** How a token of this API reads: `hga_<id>_<secret>`. The id finds it, the secret proves it, and only the secret's hash is kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface TokenParts {
  id: string;
  secret: string;
}

const ID_BYTES = 6;
/** 256 bits: nothing slower than SHA-256 is needed against guessing. */
const SECRET_BYTES = 32;

const FORM = /^hga_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export function newToken(random: (bytes: number) => Buffer = randomBytes): TokenParts & { text: string } {
  const id = random(ID_BYTES).toString('hex');
  const secret = random(SECRET_BYTES).toString('base64url');
  return { id, secret, text: `hga_${id}_${secret}` };
}

/** Null: no token of this API. */
export function readToken(text: string): TokenParts | null {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : null;
}

export function hashOfSecret(secret: string | Buffer): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In constant time: both are hashes of one length. */
export function isSameHash(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(a, b);
}
