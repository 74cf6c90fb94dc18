/** Proofs of work: good for one ticket, once, for a while, whichever gateway asked for them. */
import { createHash, createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StampKey } from '../../../gateway/request/key-set.ts';
import { createProofs, zeroBits } from '../../../gateway/request/price/proof.ts';
import { solve } from '../../support/solve-proof.ts';

const NOW = Date.UTC(2026, 11, 1);
const OF = { room: 'r', ticketId: 'a' };

function stampKey(text: string): StampKey {
  return { kid: text, verifyUntilMs: Infinity, sign: createSecretKey(Buffer.from(text.padEnd(32, '.'))) };
}

function proofsOf(...keys: StampKey[]) {
  return createProofs({ set: { stamp: keys[0]!, stamps: new Map(keys.map((key) => [key.kid, key])) } });
}

describe('a proof of work', () => {
  it('is taken once, at any gateway that holds the key, also after a rotation', () => {
    const [old, current] = [stampKey('old'), stampKey('current')];
    const proof = solve(proofsOf(old).challenge(OF, 8, NOW));
    const other = proofsOf(current, old);
    expect([other.accept(OF, proof, NOW), other.accept(OF, proof, NOW)]).toEqual([true, false]);
    expect(proofsOf(current).accept(OF, proof, NOW)).toBe(false);
  });

  it('serves nobody else, no other room, and not for ever', () => {
    const proofs = proofsOf(stampKey('k'));
    const proof = solve(proofs.challenge(OF, 8, NOW));
    expect(proofs.accept({ ...OF, ticketId: 'b' }, proof, NOW)).toBe(false);
    expect(proofs.accept({ ...OF, room: 's' }, proof, NOW)).toBe(false);
    expect(proofs.accept(OF, proof, NOW + 601_000)).toBe(false);
    expect(proofs.accept(OF, proof, NOW + 599_000)).toBe(true);
  });

  it('is refused without the work, with an easier challenge than was asked, and as anything else', () => {
    const proofs = proofsOf(stampKey('k'));
    const challenge = proofs.challenge(OF, 12, NOW);
    const easier = challenge.replace(/^12/, '1');
    let nonce = 0;
    while (zeroBits(createHash('sha256').update(`${challenge}.${nonce}`).digest()) >= 12) nonce++;
    for (const text of [`${challenge}.${nonce}`, solve(easier), challenge, '', '...', `${challenge}.x`])
      expect(proofs.accept(OF, text, NOW), text).toBe(false);
    expect(proofs.accept(OF, solve(challenge), NOW)).toBe(true);
  });
});
