/** Does the work of a challenge, as docs/programs.md tells a program to. */
import { createHash } from 'node:crypto';

export function solve(challenge: string): string {
  const bits = BigInt(challenge.split('.')[0] as string);
  for (let nonce = 0; ; nonce++) {
    const proof = `${challenge}.${nonce}`;
    const digest = createHash('sha256').update(proof).digest('hex');
    if (BigInt(`0x${digest}`) >> (256n - bits) === 0n) return proof;
  }
}
