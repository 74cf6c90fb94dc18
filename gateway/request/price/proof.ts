/**
 * Proofs of work: a challenge is a few words under a key that all gateways share, so none is kept; a proof is the challenge and
 * a number whose SHA-256 together begins with so many zero bits. `<bits>.<expiry>.<mac>`, then `.<nonce>`: one block of SHA-256.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { KeySet, StampKey } from '../key-set.ts';

export interface ProofFor {
  room: string;
  /** Of the ticket that is to be exchanged: a proof serves nobody else. */
  ticketId: string;
}

/** Room time, ms, of which a challenge is good so long: slow phones have done it by then. */
const GOOD_MS = 600_000;
const MAC_CHARS = 22;
/** Bits, expiry in base 36, mac and nonce. */
const PROOF = /^([0-9]{1,2})\.([0-9a-z]{1,10})\.([A-Za-z0-9_-]{22})\.([0-9]{1,15})$/;
/** Proofs that were used here lately: each is good once. */
const REMEMBERED = 10_000;

export function createProofs(ring: { readonly set: Pick<KeySet, 'stamp' | 'stamps'> }) {
  const used = new LRUCache<string, true>({ max: REMEMBERED });

  return {
    challenge(of: ProofFor, bits: number, now: number): string {
      const expiry = Math.ceil((now + GOOD_MS) / 1_000).toString(36);
      return `${bits}.${expiry}.${macOf(ring.set.stamp, of, bits, expiry)}`;
    },

    /** True once for each proof; false for one that is wrong, late or used. */
    accept(of: ProofFor, text: string, now: number): boolean {
      const [, bits = '', expiry = '', mac = ''] = PROOF.exec(text) ?? [];
      if (mac === '' || Number.parseInt(expiry, 36) * 1_000 < now || used.has(mac)) return false;
      const isOurs = [...ring.set.stamps.values()].some((key) =>
        isSame(mac, macOf(key, of, Number(bits), expiry)),
      );
      if (!isOurs || zeroBits(createHash('sha256').update(text).digest()) < Number(bits)) return false;
      used.set(mac, true);
      return true;
    },
  };
}

export type Proofs = ReturnType<typeof createProofs>;

function macOf({ sign }: StampKey, { room, ticketId }: ProofFor, bits: number, expiry: string): string {
  const said = `price\n${room}\n${ticketId}\n${bits}\n${expiry}`;
  return createHmac('sha256', sign).update(said).digest('base64url').slice(0, MAC_CHARS);
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Leading zero bits. */
export function zeroBits(digest: Uint8Array): number {
  let bits = 0;
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
