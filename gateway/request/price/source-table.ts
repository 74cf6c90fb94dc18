/**
 * How fast sources ask for numbers, in memory that is taken once: a leaky bucket each. When the table is full, of a few
 * entries in turn the emptiest gives way: who asks fast stays known, whoever else comes.
 */

/** Entries that are looked at for a place. */
const LOOKED_AT = 8;
const MINUTE_MS = 60_000;

export class SourceTable {
  readonly #capacity: number;
  readonly #entries = new Map<number, number>();
  readonly #tags: Int32Array;
  /** Numbers asked for and not yet leaked away. */
  readonly #fills: Float64Array;
  readonly #seenMs: Float64Array;
  /** Numbers given since the minute began. */
  readonly #given: Uint32Array;
  readonly #minuteMs: Float64Array;
  /** When one that asks without end was given a number last. */
  readonly #trickleMs: Float64Array;
  /** When one was new, or had cooled. */
  readonly #calmSinceMs: Float64Array;
  #used = 0;
  #hand = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#tags = new Int32Array(capacity);
    this.#fills = new Float64Array(capacity);
    this.#seenMs = new Float64Array(capacity);
    this.#given = new Uint32Array(capacity);
    this.#minuteMs = new Float64Array(capacity);
    this.#trickleMs = new Float64Array(capacity);
    this.#calmSinceMs = new Float64Array(capacity);
  }

  get size(): number {
    return this.#used;
  }

  /** The source's entry; a new one is empty. */
  entryOf(tag: number, nowMs: number, leakPerMs: number): number {
    const known = this.#entries.get(tag);
    if (known !== undefined) return known;
    const entry = this.#used < this.#capacity ? this.#used++ : this.#emptiest(nowMs, leakPerMs);
    if (this.#entries.get(this.#tags[entry]!) === entry) this.#entries.delete(this.#tags[entry]!);
    this.#entries.set(tag, entry);
    this.#tags[entry] = tag;
    this.#fills[entry] = 0;
    this.#seenMs[entry] = nowMs;
    this.#given[entry] = 0;
    this.#minuteMs[entry] = nowMs;
    this.#trickleMs[entry] = Number.NEGATIVE_INFINITY;
    this.#calmSinceMs[entry] = nowMs;
    return entry;
  }

  has(tag: number): boolean {
    return this.#entries.has(tag);
  }

  /** Its level after one more was asked for, at most `most`. */
  pour(entry: number, nowMs: number, leakPerMs: number, most: number): number {
    const fill = Math.min(most, this.level(entry, nowMs, leakPerMs) + 1);
    this.#fills[entry] = fill;
    this.#seenMs[entry] = nowMs;
    return fill;
  }

  level(entry: number, nowMs: number, leakPerMs: number): number {
    return Math.max(0, this.#fills[entry]! - (nowMs - this.#seenMs[entry]!) * leakPerMs);
  }

  /** It asks faster than people do, and is known for that until then. */
  heat(entry: number, untilMs: number): void {
    this.#calmSinceMs[entry] = untilMs;
  }

  /** Since it was new, or had cooled; below 0 it is hot. */
  calmMs(entry: number, nowMs: number): number {
    return nowMs - this.#calmSinceMs[entry]!;
  }

  /** Takes one of `most` numbers a minute; else the milliseconds until the next minute of this source. */
  take(entry: number, nowMs: number, most: number): number {
    if (nowMs - this.#minuteMs[entry]! >= MINUTE_MS) {
      this.#minuteMs[entry] = nowMs;
      this.#given[entry] = 0;
    }
    if (this.#given[entry]! >= most) return this.#minuteMs[entry]! + MINUTE_MS - nowMs;
    this.#given[entry]!++;
    return 0;
  }

  /** Whether `everyMs` have passed since it was true last. */
  trickles(entry: number, nowMs: number, everyMs: number): boolean {
    if (nowMs - this.#trickleMs[entry]! < everyMs) return false;
    this.#trickleMs[entry] = nowMs;
    return true;
  }

  #emptiest(nowMs: number, leakPerMs: number): number {
    let best = this.#hand;
    let least = Number.POSITIVE_INFINITY;
    for (let looked = 0; looked < LOOKED_AT && least > 0; looked++) {
      const entry = (this.#hand + looked) % this.#capacity;
      const level = this.level(entry, nowMs, leakPerMs);
      if (level < least) [best, least] = [entry, level];
    }
    this.#hand = (best + 1) % this.#capacity;
    return best;
  }
}
