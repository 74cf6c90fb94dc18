/** One timer for the time-outs of all requests under way; it rests while there are none. */

export interface Swept {
  /** The sweeper's own; -1 while it does not sweep this. */
  sweptIndex: number;
  /** Name of its upstream. */
  readonly upstream: string;
  readonly startedAtMs: number;
  /** Its age says nothing of the platform. */
  readonly isStream: boolean;
  check(nowMs: number): void;
}

export class Sweeper {
  /** The clock as of the last sweep or start: good enough to time out by, and free to read. */
  nowMs = 0;
  readonly #clock: () => number;
  #periodMs: number;
  /** Not a Set: the tables that a busy Set outgrows keep what they held alive until the next full collection. */
  readonly #under: Swept[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: () => number, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  add(swept: Swept): number {
    this.nowMs = this.#clock();
    swept.sweptIndex = this.#under.push(swept) - 1;
    this.#timer ??= setInterval(() => this.#sweep(), this.#periodMs).unref();
    return this.nowMs;
  }

  delete(swept: Swept): void {
    const index = swept.sweptIndex;
    if (index === -1) return;
    const last = this.#under.pop()!;
    if (last !== swept) {
      this.#under[index] = last;
      last.sweptIndex = index;
    }
    swept.sweptIndex = -1;
  }

  /** Of one upstream's requests that are no streams: age of the oldest, and how many are older than `longMs`. */
  ages(upstream: string, nowMs: number, longMs: number): { oldestMs: number; longRunning: number } {
    let [oldestMs, longRunning] = [0, 0];
    for (const swept of this.#under) {
      if (swept.isStream || swept.upstream !== upstream) continue;
      const ageMs = nowMs - swept.startedAtMs;
      if (ageMs > oldestMs) oldestMs = ageMs;
      if (ageMs > longMs) longRunning++;
    }
    return { oldestMs, longRunning };
  }

  setPeriod(periodMs: number): void {
    this.#periodMs = periodMs;
    this.stop();
    if (this.#under.length > 0) this.#timer = setInterval(() => this.#sweep(), periodMs).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #sweep(): void {
    this.nowMs = this.#clock();
    // From the end: what ends while it is checked is replaced by one that was checked already.
    for (let i = this.#under.length - 1; i >= 0; i--) this.#under[i]?.check(this.nowMs);
    if (this.#under.length === 0) this.stop();
  }
}
