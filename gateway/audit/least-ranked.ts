/**
 * Finds the entry of the lowest rank while ranks grow: a binary heap that is put right only where somebody looks.
 *
 * Between two rebuilds ranks never fall, so an entry's remembered rank is a lower bound, and the root is the least as soon as
 * its own remembered rank is true.
 */
export class LeastRanked {
  readonly #ranks: Uint32Array;
  readonly #remembered: Uint32Array;
  readonly #heap: Uint32Array;
  #isBuilt = false;

  /** `ranks` by entry; all of them are compared. */
  constructor(ranks: Uint32Array) {
    this.#ranks = ranks;
    this.#remembered = new Uint32Array(ranks.length);
    this.#heap = new Uint32Array(ranks.length);
  }

  /** Ranks have fallen. */
  forget(): void {
    this.#isBuilt = false;
  }

  least(): number {
    if (!this.#isBuilt) this.#build();
    for (;;) {
      const root = this.#heap[0]!;
      if (this.#remembered[root] === this.#ranks[root]) return root;
      this.#remembered[root] = this.#ranks[root]!;
      this.#sink(0);
    }
  }

  #build(): void {
    this.#remembered.set(this.#ranks);
    for (let i = 0; i < this.#heap.length; i++) this.#heap[i] = i;
    for (let i = (this.#heap.length >>> 1) - 1; i >= 0; i--) this.#sink(i);
    this.#isBuilt = true;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const entry = heap[from]!;
    const rank = this.#remembered[entry]!;
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && this.#rankAt(right) < this.#rankAt(left) ? right : left;
      if (this.#rankAt(child) >= rank) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }

  #rankAt(place: number): number {
    return this.#remembered[this.#heap[place]!]!;
  }
}
