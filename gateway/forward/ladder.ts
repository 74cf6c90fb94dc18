/** Things ordered by a small whole number that changes by steps: the lowest and the highest at once, equals in turn. */

/** One thing on one ladder. */
export class Rung<T> {
  readonly thing: T;
  /** -1: not on the ladder. */
  height = -1;
  before: Rung<T> | null = null;
  after: Rung<T> | null = null;

  constructor(thing: T) {
    this.thing = thing;
  }
}

export class Ladder<T> {
  readonly #first: (Rung<T> | null)[] = [];
  readonly #last: (Rung<T> | null)[] = [];
  /** Nothing is higher. */
  #top = -1;

  /** Behind those of the same height. */
  put(rung: Rung<T>, height: number): void {
    if (rung.height !== -1) this.take(rung);
    while (this.#first.length <= height) this.#last[this.#first.push(null) - 1] = null;
    rung.height = height;
    rung.before = this.#last[height]!;
    if (rung.before === null) this.#first[height] = rung;
    else rung.before.after = rung;
    this.#last[height] = rung;
    this.#top = Math.max(this.#top, height);
  }

  take(rung: Rung<T>): void {
    const { height, before, after } = rung;
    if (height === -1) return;
    if (before === null) this.#first[height] = after;
    else before.after = after;
    if (after === null) this.#last[height] = before;
    else after.before = before;
    rung.before = rung.after = null;
    rung.height = -1;
  }

  /** Looks at no more heights than the lowest is high: for requests in flight a share of the bound. */
  lowest(): T | null {
    for (let height = 0; height <= this.#top; height++) {
      const rung = this.#first[height]!;
      if (rung !== null) return rung.thing;
    }
    return null;
  }

  highest(): T | null {
    while (this.#top >= 0 && this.#first[this.#top] === null) this.#top--;
    return this.#top === -1 ? null : this.#first[this.#top]!.thing;
  }
}
