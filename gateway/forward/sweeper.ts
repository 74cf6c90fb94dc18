/** One timer for the time-outs of all requests under way; it rests while there are none. */

export interface Swept {
  check(nowMs: number): void;
}

export class Sweeper {
  /** The clock as of the last sweep or start: good enough to time out by, and free to read. */
  nowMs = 0;
  readonly #clock: () => number;
  #periodMs: number;
  readonly #under = new Set<Swept>();
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: () => number, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  add(swept: Swept): number {
    this.nowMs = this.#clock();
    this.#under.add(swept);
    this.#timer ??= setInterval(() => this.#sweep(), this.#periodMs).unref();
    return this.nowMs;
  }

  delete(swept: Swept): void {
    this.#under.delete(swept);
  }

  setPeriod(periodMs: number): void {
    this.#periodMs = periodMs;
    this.stop();
    if (this.#under.size > 0) this.#timer = setInterval(() => this.#sweep(), periodMs).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #sweep(): void {
    this.nowMs = this.#clock();
    for (const swept of this.#under) swept.check(this.nowMs);
    if (this.#under.size === 0) this.stop();
  }
}
