/** The opening draw: a keyed permutation of 1..N that needs no memory, and that anybody can check once the seed is told. */
import { createHash, createHmac } from 'node:crypto';

/** Eight are enough in theory; four are visibly biased for small N. Two more cost nothing here. */
const ROUNDS = 10;
/** Below this the halves have too few values to mix. */
const LEAST_BITS = 6;

/**
 * The rank (1..size) of the k-th (1..size) number of the prequeue. An unbalanced Feistel network over b = max(6, bits of
 * size − 1) bits, cut into ⌊b/2⌋ and ⌈b/2⌉, that is walked again from its own result until that lies below size (fewer than
 * two times on average from size 33 up). Round i adds HMAC-SHA-256(seed, i ‖ b ‖ half) in turn to one half and the other;
 * size itself is in no input, so that the number of comers decides nothing but where the walk ends. Source: Black & Rogaway,
 * "Ciphers with arbitrary finite domains" (2002), generalised Feistel and cycle walking. Throws a RangeError outside 1..size.
 */
export function drawRank(seed: Buffer, size: number, k: number): number {
  return drawOf(seed, size)(k);
}

/** The same for many k: each HMAC is made once, at most 10 · 2^⌈b/2⌉ of them. */
export function drawOf(seed: Buffer, size: number): (k: number) => number {
  const bits = Math.max(LEAST_BITS, bitLength(size - 1));
  const permute = permutation(seed, bits);
  return (k) => {
    if (!isWithin(k, size)) throw new RangeError(`draw: ${k} is not within 1 to ${size}`);
    let value = k - 1;
    do value = permute(value);
    while (value >= size);
    return value + 1;
  };
}

function isWithin(k: number, size: number): boolean {
  return Number.isInteger(k) && Number.isInteger(size) && k >= 1 && k <= size && size <= 2 ** 32;
}

/** HMAC-SHA-256 of room, epoch and opening under a configured key: it exists in no store before the opening. */
export function drawSeed(key: Buffer, room: string, epoch: number, opensAtMs: number): Buffer {
  return createHmac('sha256', key).update(`headgate draw v1\n${room}\n${epoch}\n${opensAtMs}`).digest();
}

/** What is published before the opening: SHA-256 of the seed, in hex. */
export function drawCommitment(seed: Buffer): string {
  return createHash('sha256').update(seed).digest('hex');
}

function permutation(seed: Buffer, bits: number): (value: number) => number {
  const leftSize = 2 ** Math.floor(bits / 2);
  const rightSize = 2 ** Math.ceil(bits / 2);
  const mix = mixer(seed, bits);
  return (value) => {
    let left = Math.floor(value / rightSize);
    let right = value % rightSize;
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 2 === 0) left = (left + mix(round, right)) % leftSize;
      else right = (right + mix(round, left)) % rightSize;
    }
    return left * rightSize + right;
  };
}

function mixer(seed: Buffer, bits: number): (round: number, half: number) => number {
  const known = new Map<number, number>();
  const input = Buffer.alloc(6);
  input.writeUInt8(bits, 1);
  return (round, half) => {
    const key = half * ROUNDS + round;
    const before = known.get(key);
    if (before !== undefined) return before;
    input.writeUInt8(round, 0);
    input.writeUInt32BE(half, 2);
    const mixed = createHmac('sha256', seed).update(input).digest().readUInt32BE(0);
    known.set(key, mixed);
    return mixed;
  };
}

function bitLength(value: number): number {
  return value <= 0 ? 0 : 32 - Math.clz32(value);
}
