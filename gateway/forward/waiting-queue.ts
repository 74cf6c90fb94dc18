/** First come, first served; who gives up leaves at once. */

const COMPACT_AT = 1_024;

export class WaitingQueue<T> {
  #items: (T | null)[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#size++;
  }

  /** The one that waits longest. */
  shift(): T | null {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head]!;
      this.#items[this.#head++] = null;
      if (this.#head === COMPACT_AT) this.#compact();
      if (item === null) continue;
      this.#size--;
      return item;
    }
    this.#compact();
    return null;
  }

  delete(item: T): void {
    const index = this.#items.indexOf(item, this.#head);
    if (index === -1) return;
    this.#items[index] = null;
    this.#size--;
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
