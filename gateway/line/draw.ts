/** The opening draw: a keyed permutation of 1..N that needs no memory, and that anybody can check once the seed is told. */
import { createHash, createHmac } from 'node:crypto';

/** Eight are enough in theory; four are visibly biased for small N. Two more cost nothing here. */
const ROUNDS = 10;
/** Below this the halves have too few values to mix. */
const LEAST_BITS = 6;
const LEFT_BITS_SHARE = 2;

/**
 * The rank (1..size) of the k-th (1..size) number of the prequeue. An unbalanced Feistel network over b = max(6, bits of
 * size − 1) bits, cut into ⌊b/2⌋ and ⌈b/2⌉, that is walked again from its own result until that lies below size (fewer than
 * two times on average from N = 33 up). Round i adds HMAC-SHA-256(seed, i ‖ b ‖ half) in turn to one half and the other; size
 * itself is in no input, so that the number of comers decides nothing but where the walk ends. Source: Black & Rogaway,
 * "Ciphers with arbitrary finite domains" (2002), generalised Feistel and cycle walking. Throws a RangeError outside 1..size.
 */
export function drawRank(seed: Buffer, size: number, k: number): number {
  if (!Number.isInteger(k) || !Number.isInteger(size) || k < 1 || k > size || size > 2 ** 32) {
    throw new RangeError(`draw: ${k} is not within 1 to ${size}`);
  }
  const bits = Math.max(LEAST_BITS, bitLength(size - 1));
  let value = k - 1;
  do value = permute(seed, bits, value);
  while (value >= size);
  return value + 1;
}

/** HMAC-SHA-256 of room, epoch and opening under a configured key: it exists in no store before the opening. */
export function drawSeed(key: Buffer, room: string, epoch: number, opensAtMs: number): Buffer {
  return createHmac('sha256', key).update(`headgate draw v1\n${room}\n${epoch}\n${opensAtMs}`).digest();
}

/** What is published before the opening: SHA-256 of the seed, in hex. */
export function drawCommitment(seed: Buffer): string {
  return createHash('sha256').update(seed).digest('hex');
}

function permute(seed: Buffer, bits: number, value: number): number {
  const leftBits = Math.floor(bits / LEFT_BITS_SHARE);
  const leftSize = 2 ** leftBits;
  const rightSize = 2 ** (bits - leftBits);
  let left = Math.floor(value / rightSize);
  let right = value % rightSize;
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 2 === 0) left = (left + mix(seed, round, bits, right)) % leftSize;
    else right = (right + mix(seed, round, bits, left)) % rightSize;
  }
  return left * rightSize + right;
}

function mix(seed: Buffer, round: number, bits: number, half: number): number {
  const input = Buffer.alloc(6);
  input.writeUInt8(round, 0);
  input.writeUInt8(bits, 1);
  input.writeUInt32BE(half, 2);
  return createHmac('sha256', seed).update(input).digest().readUInt32BE(0);
}

function bitLength(value: number): number {
  return value === 0 ? 0 : 32 - Math.clz32(value);
}
