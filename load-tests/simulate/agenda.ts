/** Virtual time: runs what was put down for a moment when its moment comes, in order, without waiting for it. */

interface Entry {
  at: number;
  /** Breaks ties, so that the same seed gives the same day. */
  order: number;
  run: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap by moment. */
export class Agenda {
  nowMs = 0;
  readonly #heap: Entry[] = [];
  #order = 0;

  after(delayMs: number, run: () => void): void {
    this.#heap.push({ at: this.nowMs + Math.max(0, delayMs), order: this.#order++, run });
    this.#rise(this.#heap.length - 1);
  }

  runUntil(endMs: number): void {
    for (let first = this.#heap[0]; first && first.at <= endMs; first = this.#heap[0]) {
      this.#dropFirst();
      this.nowMs = first.at;
      first.run();
    }
    this.nowMs = endMs;
  }

  #rise(index: number): void {
    const heap = this.#heap;
    const entry = heap[index]!;
    let hole = index;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = entry;
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let hole = 0;
    for (let least = 1; least < heap.length; least = 2 * hole + 1) {
      if (least + 1 < heap.length && isBefore(heap[least + 1]!, heap[least]!)) least += 1;
      if (!isBefore(heap[least]!, last)) break;
      heap[hole] = heap[least]!;
      hole = least;
    }
    heap[hole] = last;
  }
}
