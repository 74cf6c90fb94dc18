/** Public keys of passes, asked from the gate's JWKS: bounded in time and bytes, and nothing but P-256 keys is taken. */
import { createPublicKey } from 'node:crypto';

const PATIENCE_MS = 5_000;
const MAX_CHARS = 65_536;
const MOST_KEYS = 64;

/** A function that asks for them all: resolves with a Map, rejects where the answer is no key set. */
export function passKeyReader(url, fetch) {
  return async () => {
    const answer = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    const { keys } = JSON.parse(await textOf(answer));
    if (!Array.isArray(keys)) throw new Error(`${url} is no key set`);
    return new Map(keys.filter(isPassKey).slice(0, MOST_KEYS).map(importPublic));
  };
}

async function textOf(answer) {
  const length = Number(answer.headers.get('content-length') ?? 0);
  const text = length > MAX_CHARS ? null : await answer.text();
  if (text === null || text.length > MAX_CHARS) throw new Error('the key set is too long');
  return text;
}

function isPassKey(jwk) {
  return jwk?.kty === 'EC' && jwk.crv === 'P-256' && typeof jwk.kid === 'string';
}

function importPublic({ kid, kty, crv, x, y }) {
  return [kid, createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })];
}
