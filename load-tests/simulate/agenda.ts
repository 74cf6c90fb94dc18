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
    for (let i = index; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!isBefore(heap[i]!, heap[parent]!)) return;
      [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
      i = parent;
    }
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      let least = i;
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
      if (left + 1 < heap.length && isBefore(heap[left + 1]!, heap[least]!)) least = left + 1;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }
}
