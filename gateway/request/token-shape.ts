/** The cheap look at a token before any cryptography: length, alphabet, algorithm, type and key id; what fails here has cost next to nothing. */

export interface TokenKind {
  alg: 'HS256' | 'ES256';
  typ: 'hg-ticket+jwt' | 'hg-pass+jwt' | 'hg-invite+jwt';
  /** Length of the signature in base64url. */
  signatureChars: number;
}

export const TICKET: TokenKind = { alg: 'HS256', typ: 'hg-ticket+jwt', signatureChars: 43 };
export const PASS: TokenKind = { alg: 'ES256', typ: 'hg-pass+jwt', signatureChars: 86 };
export const INVITATION: TokenKind = { alg: 'HS256', typ: 'hg-invite+jwt', signatureChars: 43 };

export type InvalidReason =
  | 'length'
  | 'shape'
  | 'header'
  | 'algorithm'
  | 'type'
  | 'key-lapsed'
  | 'signature'
  | 'claims'
  | 'issuer'
  | 'room'
  | 'expired'
  | 'future';

export interface Invalid {
  kind: 'invalid';
  reason: InvalidReason;
}
export type Shape = { kind: 'shaped'; kid: string } | Invalid;

/** Longer tokens are refused unread. Ours are below 500 bytes. */
export const MAX_TOKEN_BYTES = 2048;

// No two neighbouring classes share a character, so no input makes this backtrack.
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const KID = /^[A-Za-z0-9_-]{1,64}$/;

export function shapeOf(token: string, kind: TokenKind): Shape {
  if (token.length > MAX_TOKEN_BYTES) return invalid('length');
  if (!COMPACT.test(token)) return invalid('shape');
  const header = objectIn(token.slice(0, token.indexOf('.')));
  if (!header) return invalid('header');
  const { alg, typ, kid } = header;
  if (alg !== kind.alg) return invalid('algorithm');
  if (typ !== kind.typ) return invalid('type');
  if (typeof kid !== 'string' || !KID.test(kid)) return invalid('header');
  if (token.length - token.lastIndexOf('.') - 1 !== kind.signatureChars) return invalid('signature');
  return { kind: 'shaped', kid };
}

/**
 * The object that one part of a token encodes, or null. Only the one spelling that a JSON writer gives is taken: a
 * field that occurs twice, or a number too large for JSON, means different things to different readers.
 */
export function objectIn(part: string): Record<string, unknown> | null {
  const text = Buffer.from(part, 'base64url').toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return JSON.stringify(value) === text ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function invalid(reason: InvalidReason): Invalid {
  return { kind: 'invalid', reason };
}

/** The room that a token claims to be for, unverified: only to know where to look. */
export function roomNamedBy(token: string): string | null {
  if (token.length > MAX_TOKEN_BYTES || !COMPACT.test(token)) return null;
  const room = objectIn(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')))?.room;
  return typeof room === 'string' ? room : null;
}
