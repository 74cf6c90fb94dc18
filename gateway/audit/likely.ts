/** Tells in a few steps that a text is none of a known set, by its length and last character: most texts are none. */

const LONGEST = 255;

export class Likely {
  readonly #counts = new Uint16Array((LONGEST + 1) * 32);

  add(text: string): void {
    const at = placeOf(text.length, text.charCodeAt(text.length - 1));
    this.#counts[at] = this.#counts[at]! + 1;
  }

  delete(text: string): void {
    const at = placeOf(text.length, text.charCodeAt(text.length - 1));
    this.#counts[at] = this.#counts[at]! - 1;
  }

  /** Whether this part may be one of the set, whatever its case. */
  has(text: string, start: number, end: number): boolean {
    return end > start && this.#counts[placeOf(end - start, text.charCodeAt(end - 1))] !== 0;
  }
}

/** Letters that differ in their case alone share their last five bits. */
function placeOf(length: number, last: number): number {
  return Math.min(length, LONGEST) * 32 + (last & 31);
}
