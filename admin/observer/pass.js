/** Verifies passes: ES256 JWTs of the gate, whose algorithm, type, issuer and room are fixed (RFC 8725); a signature is checked once and then remembered, bounded. */
import { createHash, verify } from 'node:crypto';

const ISSUER = 'headgate';
const TYPE = 'hg-pass+jwt';
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$/;
const ROOM = /^[A-Za-z0-9_~-]{1,64}$/;
/** A pass made at a gateway whose clock runs ahead is good all the same. */
const AHEAD_SECONDS = 60;
/** About 500 bytes each; two generations. */
const REMEMBERED = 2_000;

/**
 * Answers `(pass, keyOf, nowSeconds) => { kind: 'valid', room } | { kind: 'unknown-key' } | { kind: 'invalid' }`;
 * `keyOf` gives a public key by its id, and a pass whose key has gone is worth nothing however often it was seen.
 */
export function createPassJudge() {
  let young = new Map();
  let old = new Map();

  /** The claims of a token that was signed with the key; null: it was not. */
  function claimsOf(token, key) {
    // By its digest: a pass lets in whoever has it, so none is kept.
    const name = createHash('sha256').update(token).digest('base64');
    const known = young.get(name) ?? old.get(name);
    if (known !== undefined && known.key === key) return known.claims;
    const claims = isSigned(token, key) ? objectIn(token.split('.')[1]) : null;
    if (young.size >= REMEMBERED) [old, young] = [young, new Map()];
    young.set(name, { key, claims });
    return claims;
  }

  return ({ room, token }, keyOf, nowSeconds) => {
    const kid = kidOf(token);
    if (kid === null) return { kind: 'invalid' };
    const key = keyOf(kid);
    if (key === undefined) return { kind: 'unknown-key' };
    const claims = claimsOf(token, key);
    const isGood = claims !== null && isInForce(claims, nowSeconds) && (room ?? claims.aud) === claims.aud;
    return isGood ? { kind: 'valid', room: claims.aud } : { kind: 'invalid' };
  };
}

/** The id of the key; null: this is no pass. */
function kidOf(token) {
  if (!COMPACT.test(token)) return null;
  const header = objectIn(token.slice(0, token.indexOf('.')));
  const isPass = header !== null && header.alg === 'ES256' && header.typ === TYPE;
  return isPass && typeof header.kid === 'string' ? header.kid : null;
}

function isSigned(token, key) {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  return verify('sha256', Buffer.from(token.slice(0, end)), { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function isInForce({ iss, aud, room, iat, exp, nbf }, nowSeconds) {
  if (iss !== ISSUER || typeof aud !== 'string' || !ROOM.test(aud) || room !== aud) return false;
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp) || nbf !== undefined) return false;
  return nowSeconds < exp && iat <= nowSeconds + AHEAD_SECONDS;
}

function objectIn(part) {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
