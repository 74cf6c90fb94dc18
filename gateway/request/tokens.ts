/** Signs and verifies tickets and passes: algorithm, type, issuer and room are fixed (RFC 8725), time is the room's, and a signature is checked once and then remembered. */
import { createHmac } from 'node:crypto';
import { CompactSign, type CryptoKey, compactVerify } from 'jose';
import type { KeyRing, KeySet } from './keys.ts';
import { type MemoryLife, recentMemory } from './recent-memory.ts';
import { type Pass, passClaims, readPass, readTicket, type Ticket, ticketClaims } from './token-claims.ts';
import {
  type Invalid,
  type InvalidReason,
  invalid,
  MAX_TOKEN_BYTES,
  objectIn,
  PASS,
  shapeOf,
  TICKET,
  type TokenKind,
} from './token-shape.ts';

export type Valid<T> = T & { kind: 'valid'; kid: string };
export type Verdict<T> =
  | Valid<T>
  | { kind: 'invalid'; reason: InvalidReason }
  /** Well formed, under a key that is not here: another gateway may know it, so the token is kept. */
  | { kind: 'unknown-key'; kid: string };

export interface Tokens {
  /** Whether tickets and passes can be signed here; where not, nobody may be given a number or a slot. */
  maySign(): boolean;
  /** One HMAC, no promise: a join signs one each. */
  signTicket(ticket: Ticket): string;
  signPass(pass: Pass): Promise<string>;
  /** Room time in ms judges expiry. */
  verifyTicket(token: string, room: string, nowMs: number): Promise<Verdict<Ticket>>;
  verifyPass(token: string, room: string, nowMs: number): Promise<Verdict<Pass>>;
  /** The facts of a pass whose only fault is that it has expired: its holder may still post the form that he filled in. */
  lapsedPass(token: string, room: string): Promise<Pass | null>;
  /** The verdict where the signature was checked before, without a promise; undefined: verify. */
  knownTicket(token: string, room: string, nowMs: number): Valid<Ticket> | Invalid | undefined;
  knownPass(token: string, room: string, nowMs: number): Valid<Pass> | Invalid | undefined;
}

/** Room time never runs back, but issue and check may be at two gateways: so much `iat` may lie ahead. */
const AHEAD_MS = 60_000;
/** About 750 bytes each, two generations. */
const REMEMBERED = 20_000;
/** Up to 2 KB each, two generations. */
const REFUSED = 500;

/** A verified token as remembered; `goodUntilMs`: its expiry, or when the overlap of its key ends, if that is earlier. */
type Known<T> = { facts: Valid<T>; goodUntilMs: number };

export function createTokens(ring: KeyRing, life?: MemoryLife): Tokens {
  const tickets = verifier(ring, TICKET, readTicket, (set, kid) => set.tickets.get(kid), life);
  const passes = verifier(ring, PASS, readPass, (set, kid) => set.passes.get(kid), life);
  return {
    maySign: () => ring.set.maySign,
    signTicket: ticketSigner(ring),
    async signPass(pass) {
      const key = ring.set.pass;
      const token = await new CompactSign(Buffer.from(JSON.stringify(passClaims(pass))))
        .setProtectedHeader({ alg: PASS.alg, typ: PASS.typ, kid: key.kid })
        .sign(key.sign);
      passes.remember(token, key.kid);
      return token;
    },
    verifyTicket: tickets.verify,
    verifyPass: passes.verify,
    async lapsedPass(token, room) {
      const verdict = await passes.verify(token, room, 0);
      return passes.factsOf(token, verdict, room);
    },
    knownTicket: tickets.known,
    knownPass: passes.known,
  };
}

/**
 * HS256 in compact form (RFC 7515 §3.1, RFC 7518 §3.2) is one HMAC over two base64url parts. jose does the same through
 * WebCrypto's threads, at about five times the cost; where care matters, in verifying, jose is what we use.
 */
function ticketSigner(ring: KeyRing): (ticket: Ticket) => string {
  let headerOf = '';
  let header = '';
  return (ticket) => {
    const { kid, sign } = ring.set.ticket;
    if (kid !== headerOf) {
      header = encoded({ alg: TICKET.alg, typ: TICKET.typ, kid });
      headerOf = kid;
    }
    const signed = `${header}.${encoded(ticketClaims(ticket))}`;
    return `${signed}.${createHmac('sha256', sign).update(signed).digest('base64url')}`;
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function verifier<T extends { room: string; issuedAt: number; expiresAt: number }>(
  ring: KeyRing,
  kind: TokenKind,
  read: (claims: Record<string, unknown>) => T | Invalid,
  keyOf: (set: KeySet, kid: string) => { verify: CryptoKey; verifyUntilMs: number } | undefined,
  life: MemoryLife | undefined,
) {
  const memory = recentMemory<Known<T>>(REMEMBERED, life);
  const refused = recentMemory<Invalid>(REFUSED, life);
  let rememberedFor = ring.set;

  /** After a reload nothing is remembered: a key may be gone. */
  function forgetFormerKeys(): void {
    if (rememberedFor === ring.set) return;
    memory.clear();
    refused.clear();
    rememberedFor = ring.set;
  }

  function known(token: string, room: string, nowMs: number): Valid<T> | Invalid | undefined {
    // Before the map, which would hash all of it.
    if (token.length > MAX_TOKEN_BYTES) return invalid('length');
    forgetFormerKeys();
    const entry = memory.get(token);
    return entry === undefined ? refused.get(token) : judged(entry, room, nowMs);
  }

  async function verify(token: string, room: string, nowMs: number): Promise<Verdict<T>> {
    const before = known(token, room, nowMs);
    if (before !== undefined) return before;
    const shape = shapeOf(token, kind);
    if (shape.kind === 'invalid') return shape;
    const key = keyOf(ring.set, shape.kid);
    if (!key) return { kind: 'unknown-key', kid: shape.kid };
    if (key.verifyUntilMs <= nowMs) return invalid('key-lapsed');
    // A slice of a header would keep the whole header alive for as long as it is remembered.
    const own = Buffer.from(token, 'latin1').toString('latin1');
    const set = ring.set;
    const flaw = (await isSigned(own, key.verify, kind))
      ? remember(own, shape.kid, set)
      : invalid('signature');
    if (flaw === null) return known(own, room, nowMs) ?? { kind: 'unknown-key', kid: shape.kid };
    refused.set(own, flaw);
    return flaw;
  }

  /** For a token whose signature is known to be good; answers what is wrong with its claims, null: nothing. */
  function remember(token: string, kid: string, set: KeySet = ring.set): Invalid | null {
    forgetFormerKeys();
    const claims = objectIn(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')));
    const facts = claims ? read(claims) : invalid('claims');
    if ('reason' in facts) return facts;
    const goodUntilMs = Math.min(facts.expiresAt, keyOf(set, kid)?.verifyUntilMs ?? 0);
    memory.set(token, { facts: Object.freeze({ ...facts, kind: 'valid' as const, kid }), goodUntilMs });
    return null;
  }

  /** After `verify`: what the signed token says, whatever the time; null where anything else is wrong. */
  function factsOf(token: string, verdict: Verdict<T>, room: string): T | null {
    const isOnlyUntimely =
      verdict.kind === 'valid' || (verdict.kind === 'invalid' && verdict.reason === 'future');
    const facts = isOnlyUntimely ? memory.get(token)?.facts : undefined;
    return facts?.room === room ? facts : null;
  }

  return { known, verify, remember, factsOf };
}

function judged<T extends { room: string; issuedAt: number; expiresAt: number }>(
  { facts, goodUntilMs }: Known<T>,
  room: string,
  nowMs: number,
): Valid<T> | Invalid {
  if (facts.room !== room) return invalid('room');
  if (nowMs >= goodUntilMs) return invalid(nowMs >= facts.expiresAt ? 'expired' : 'key-lapsed');
  return facts.issuedAt > nowMs + AHEAD_MS ? invalid('future') : facts;
}

async function isSigned(token: string, key: CryptoKey, { alg }: TokenKind): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [alg] });
    return true;
  } catch {
    return false;
  }
}
