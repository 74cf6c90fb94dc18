/**
 * Invitations into a room's lane, as JWTs: the holder takes the place in the lane that the invitation names, once.
 *
 * An operator's batch of them has a key of its own, derived from the current ticket key and from all that the batch
 * says. A gateway hands that key, sealed, to who makes the batch; the gate's own keys stay where they are, and nothing
 * of a batch has to be kept to know its invitations again.
 */
import { createHmac, type KeyObject } from 'node:crypto';
import { CompactEncrypt, compactVerify, importJWK, type JWK } from 'jose';
import type { KeyRing } from './keys.ts';
import { recentMemory } from './recent-memory.ts';
import { ISSUER } from './token-claims.ts';
import { INVITATION, objectIn, shapeOf } from './token-shape.ts';

/** What all invitations of a batch say. Times in ms, whole seconds in the token. */
export interface Batch {
  id: string;
  room: string;
  lane: string;
  issuedAt: number;
  expiresAt: number;
}

/** Why an invitation is worth nothing here; its holder takes an ordinary place. */
export type InvitationFlaw = 'unreadable' | 'expired' | 'revoked' | 'other-room' | 'no-lane' | 'used';

export type InvitationVerdict =
  | { kind: 'invited'; lane: string; ticketId: string }
  | { kind: 'refused'; why: InvitationFlaw };

/** What who makes the batch signs its invitations with: each has these claims and a `jti` of its own. */
export interface OpenedBatch {
  header: { alg: 'HS256'; typ: 'hg-invite+jwt'; kid: string };
  claims: Record<string, string | number>;
  /** The batch's key as a JWE (ECDH-ES, A256GCM) for the public key that was sent. */
  sealedKey: string;
}

export interface Invitations {
  /** Throws HG_KEYS_MISSING; a TypeError for what is no public key. */
  open(batch: Batch, sealTo: JWK): Promise<OpenedBatch>;
  /** `nowMs`: room time. */
  read(token: string, room: { name: string; lanes: object }, nowMs: number): Promise<InvitationVerdict>;
}

export interface InvitationParts {
  ring: KeyRing;
  /** Whether a batch was revoked. */
  isRevoked(batch: string): boolean;
}

type Invitation = Batch & { jti: string };
/** Null: its signature, or something that it says, is wrong. */
type Read = Invitation | null;

const REMEMBERED = 10_000;
const NAME = /^[A-Za-z0-9_~-]{1,60}$/;
/** So many seconds end before dates do. */
const MOST_SECONDS = 8.64e12;
const PLACES = 'i-';

/** A ticket's id says whether its place was taken by an invitation: other ids are UUIDs. */
export const isByInvitation = (ticketId: string): boolean => ticketId.startsWith(PLACES);

export function createInvitations({ ring, isRevoked }: InvitationParts): Invitations {
  const known = recentMemory<{ read: Read }>(REMEMBERED);
  let knownFor = ring.set;

  async function signed(token: string): Promise<Read> {
    const shape = shapeOf(token, INVITATION);
    const key = shape.kind === 'shaped' ? ring.set.tickets.get(shape.kid) : undefined;
    const claims = objectIn(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')));
    const invitation = key && claims ? readClaims(claims) : null;
    if (!key || invitation === null) return null;
    const isGood = await isSigned(token, batchKey(key.sign, invitation));
    return isGood ? { ...invitation, expiresAt: Math.min(invitation.expiresAt, key.verifyUntilMs) } : null;
  }

  async function remembered(token: string): Promise<Read> {
    // After a reload a key may be gone.
    if (knownFor !== ring.set) known.clear();
    knownFor = ring.set;
    const before = known.get(token);
    if (before !== undefined) return before.read;
    const set = ring.set;
    const read = await signed(token);
    // A slice of a header would keep the whole header alive.
    if (set === ring.set) known.set(Buffer.from(token, 'latin1').toString('latin1'), { read });
    return read;
  }

  return {
    async open(batch, sealTo) {
      const { kid, sign } = ring.set.ticket;
      return {
        header: { alg: 'HS256', typ: 'hg-invite+jwt', kid },
        claims: claimsOf(batch),
        sealedKey: await sealed(batchKey(sign, batch), sealTo),
      };
    },
    async read(token, room, nowMs) {
      const read = isTokenLong(token) ? null : await remembered(token);
      const why = read === null ? 'unreadable' : flawOf(read, room, nowMs, isRevoked);
      if (why !== null) return { kind: 'refused', why };
      const { lane, jti } = read as Invitation;
      return { kind: 'invited', lane, ticketId: PLACES + jti };
    },
  };
}

/** Longer ones are refused unread. Ours are below 500 bytes. */
function isTokenLong(token: string): boolean {
  return token.length > 1_024;
}

function flawOf(
  { id, room, lane, expiresAt }: Invitation,
  here: { name: string; lanes: object },
  nowMs: number,
  isRevoked: (batch: string) => boolean,
): InvitationFlaw | null {
  if (room !== here.name) return 'other-room';
  if (isRevoked(id)) return 'revoked';
  if (expiresAt <= nowMs) return 'expired';
  return Object.hasOwn(here.lanes, lane) ? null : 'no-lane';
}

/** HMAC of everything that the batch says, so that no claim can be moved to another batch. */
function batchKey(ticketKey: KeyObject, { id, room, lane, issuedAt, expiresAt }: Batch): Uint8Array {
  const said = ['headgate invitations', id, room, lane, seconds(issuedAt), seconds(expiresAt)];
  return createHmac('sha256', ticketKey).update(said.join('\n')).digest();
}

function claimsOf({ id, room, lane, issuedAt, expiresAt }: Batch): OpenedBatch['claims'] {
  const times = { iat: seconds(issuedAt), exp: seconds(expiresAt) };
  return { iss: ISSUER, aud: room, room, lane, batch: id, ...times };
}

function readClaims({ iss, aud, room, lane, batch, jti, iat, exp }: Record<string, unknown>): Read {
  if (iss !== ISSUER || aud !== room || !isTime(iat) || !isTime(exp)) return null;
  if (!isName(room) || !isName(lane) || !isName(batch) || !isName(jti)) return null;
  return { id: batch, room, lane, jti, issuedAt: iat * 1_000, expiresAt: exp * 1_000 };
}

async function sealed(key: Uint8Array, sealTo: JWK): Promise<string> {
  const to = await importJWK({ ...sealTo, alg: 'ECDH-ES' }, 'ECDH-ES');
  return new CompactEncrypt(key).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(to);
}

async function isSigned(token: string, key: Uint8Array): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: ['HS256'] });
    return true;
  } catch {
    return false;
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MOST_SECONDS;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
