/** The bytes that tell one address from another, written for each request without making a string. */
import type { AddressCount } from '../control/words.ts';
import { SHAPE_BYTES, writeShape } from './path-shape.ts';
import type { SeenRequest } from './words.ts';

/** Beyond these many characters texts are taken as the same. */
const LONGEST = { host: 128, label: 64, state: 16, rule: 64, class: 16, named: 64, by: 16 };
const SEPARATORS = 8;
const MOST_BYTES = Object.values(LONGEST).reduce((sum, length) => sum + length, SHAPE_BYTES + SEPARATORS);
export const KEY_WORDS = Math.ceil(MOST_BYTES / 4);

export class AddressKey {
  readonly bytes = Buffer.alloc(KEY_WORDS * 4);
  readonly words = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, KEY_WORDS);
  readonly #seed: number;
  #end = 0;
  hostEnd = 0;
  shapeEnd = 0;
  wordCount = 0;
  hash = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  write(seen: SeenRequest, names: AddressCount['names']): void {
    this.#end = 0;
    this.#text(seen.host, LONGEST.host);
    this.hostEnd = this.#end;
    this.#end = this.shapeEnd = writeShape(seen.path, this.bytes, this.#end);
    this.bytes[this.#end++] = 0;
    this.#text(seen.label, LONGEST.label);
    this.bytes[this.#end++] = 0;
    this.#text(seen.state, LONGEST.state);
    this.bytes[this.#end++] = 0;
    this.#text(seen.rule ?? '', LONGEST.rule);
    this.bytes[this.#end++] = 0;
    this.#text(seen.class, LONGEST.class);
    if (names !== null) this.#names(names);
    this.#close();
  }

  #names({ room, by }: NonNullable<AddressCount['names']>): void {
    this.bytes[this.#end++] = 0;
    this.#text(room, LONGEST.named);
    this.bytes[this.#end++] = 0;
    this.#text(by, LONGEST.by);
  }

  #text(text: string, longest: number): void {
    const length = Math.min(text.length, longest);
    const { bytes } = this;
    let end = this.#end;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      // One byte a character: hosts and paths are plain, and names of rules need only differ.
      bytes[end++] = code ^ (code >>> 8);
    }
    this.#end = end;
  }

  /** Fills up the last word, and hashes; the seed keeps anybody from inventing addresses that meet in one place. */
  #close(): void {
    let end = this.#end;
    this.bytes[end++] = 0;
    while ((end & 3) !== 0) this.bytes[end++] = 0;
    this.wordCount = end >>> 2;
    let hash = this.#seed;
    for (let i = 0; i < this.wordCount; i++) {
      hash = Math.imul(hash ^ this.words[i]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    this.hash = hash >>> 0;
  }
}
