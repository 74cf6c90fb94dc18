/** Finds an address's entry by its key: open addressing over plain numbers, so that no invented address leaves garbage behind. */
import { type AddressKey, KEY_WORDS } from './address-key.ts';

const NONE = -1;

export class AddressIndex {
  readonly #keys: Uint32Array;
  readonly #keyBytes: Buffer;
  readonly #wordCounts: Uint16Array;
  readonly #hashes: Uint32Array;
  readonly #hostEnds: Uint16Array;
  readonly #shapeEnds: Uint16Array;
  /** Entry numbers, or NONE; a quarter full at most. */
  readonly #places: Int32Array;
  readonly #mask: number;

  constructor(capacity: number) {
    this.#keys = new Uint32Array(capacity * KEY_WORDS);
    this.#keyBytes = Buffer.from(this.#keys.buffer);
    this.#wordCounts = new Uint16Array(capacity);
    this.#hashes = new Uint32Array(capacity);
    this.#hostEnds = new Uint16Array(capacity);
    this.#shapeEnds = new Uint16Array(capacity);
    const size = 2 ** Math.ceil(Math.log2(capacity * 4));
    this.#places = new Int32Array(size).fill(NONE);
    this.#mask = size - 1;
  }

  /** -1: not there. */
  find(key: AddressKey): number {
    let place = key.hash & this.#mask;
    for (;;) {
      const entry = this.#places[place]!;
      if (entry === NONE || (this.#hashes[entry] === key.hash && this.#isSame(entry, key))) return entry;
      place = (place + 1) & this.#mask;
    }
  }

  set(entry: number, key: AddressKey): void {
    const start = entry * KEY_WORDS;
    for (let i = 0; i < key.wordCount; i++) this.#keys[start + i] = key.words[i]!;
    this.#wordCounts[entry] = key.wordCount;
    this.#hashes[entry] = key.hash;
    this.#hostEnds[entry] = key.hostEnd;
    this.#shapeEnds[entry] = key.shapeEnd;
    let place = key.hash & this.#mask;
    while (this.#places[place] !== NONE) place = (place + 1) & this.#mask;
    this.#places[place] = entry;
  }

  delete(entry: number): void {
    let hole = this.#hashes[entry]! & this.#mask;
    while (this.#places[hole] !== entry) hole = (hole + 1) & this.#mask;
    this.#closeGap(hole);
  }

  hostOf(entry: number): string {
    const start = entry * KEY_WORDS * 4;
    return this.#keyBytes.toString('latin1', start, start + this.#hostEnds[entry]!);
  }

  shapeOf(entry: number): string {
    const start = entry * KEY_WORDS * 4;
    return this.#keyBytes.toString('latin1', start + this.#hostEnds[entry]!, start + this.#shapeEnds[entry]!);
  }

  /** Who stands behind the gap and would have stood before it moves up: nobody is searched for across a gap. */
  #closeGap(gap: number): void {
    let hole = gap;
    let place = hole;
    for (;;) {
      place = (place + 1) & this.#mask;
      const entry = this.#places[place]!;
      if (entry === NONE) break;
      const home = this.#hashes[entry]! & this.#mask;
      if (((place - home) & this.#mask) < ((place - hole) & this.#mask)) continue;
      this.#places[hole] = entry;
      hole = place;
    }
    this.#places[hole] = NONE;
  }

  #isSame(entry: number, key: AddressKey): boolean {
    if (this.#wordCounts[entry] !== key.wordCount) return false;
    const start = entry * KEY_WORDS;
    for (let i = 0; i < key.wordCount; i++) if (this.#keys[start + i] !== key.words[i]) return false;
    return true;
  }
}
