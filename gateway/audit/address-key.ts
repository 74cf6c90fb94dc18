/** The bytes that tell one address from another, written for each request without making a string. */
import type { AddressCount } from '../control/words.ts';
import { SHAPE_BYTES, writeShape } from './path-shape.ts';
import type { SeenRequest } from './words.ts';

/** Longer hosts that begin alike are taken as the same. */
const HOST_BYTES = 128;
/** Numbers of the words that come behind host and path shape. */
const WORDS_BEHIND = 6;
export const KEY_WORDS = Math.ceil((HOST_BYTES + SHAPE_BYTES) / 4) + 1 + WORDS_BEHIND;
/** Names of rooms, rules, states and classes that get a number of their own. */
const MOST_NAMES = 4_096;

export class AddressKey {
  readonly bytes = Buffer.alloc(KEY_WORDS * 4);
  readonly words = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, KEY_WORDS);
  readonly #seed: number;
  readonly #numbers = new Map<string, number>();
  hostEnd = 0;
  shapeEnd = 0;
  wordCount = 0;
  hash = 0;

  /** `seed` keeps anybody from inventing addresses that meet in one place. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  write(seen: SeenRequest, names: AddressCount['names']): void {
    this.hostEnd = this.#writeHost(seen.host);
    let end = writeShape(seen.path, this.bytes, this.hostEnd);
    this.shapeEnd = end;
    this.bytes[end++] = 0;
    while ((end & 3) !== 0) this.bytes[end++] = 0;
    const { words } = this;
    let at = end >>> 2;
    words[at++] = this.#number(seen.label);
    words[at++] = this.#number(seen.state);
    words[at++] = this.#number(seen.rule ?? '');
    words[at++] = this.#number(seen.class);
    words[at++] = names === null ? 0 : this.#number(names.room);
    words[at++] = names === null ? 0 : this.#number(names.by);
    this.wordCount = at;
    this.#hash();
  }

  #writeHost(host: string): number {
    const length = Math.min(host.length, HOST_BYTES);
    for (let i = 0; i < length; i++) this.bytes[i] = host.charCodeAt(i);
    return length;
  }

  /** The same names come again and again. Once too many were invented, a hash has to do. */
  #number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MOST_NAMES) return hashOf(name, this.#seed);
    const number = this.#numbers.size + 1;
    // A copy: a part of a text keeps the whole text in memory.
    this.#numbers.set(Buffer.from(name).toString(), number);
    return number;
  }

  #hash(): void {
    let hash = this.#seed;
    for (let i = 0; i < this.wordCount; i++) hash = mixed(hash, this.words[i]!);
    this.hash = hash >>> 0;
  }
}

function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = mixed(hash, text.charCodeAt(i));
  return hash >>> 0;
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}
