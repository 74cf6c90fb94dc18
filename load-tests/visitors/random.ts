/** Numbers that look random and are the same for the same seed. */
import type { Random } from './words.ts';

/** Mulberry32: 32 bits of state, evenly spread over [0, 1). Source: Tommy Ettinger, public domain. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed of its own for each name, and each number of it. */
export function seedOf(seed: number, name: string, index = 0): number {
  let hash = seed | 0;
  for (const letter of name) hash = mixed(hash, letter.codePointAt(0)!);
  return mixed(hash, index);
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}
