/** A request that is under way to the platform, counted already; its outcome follows. */

/** A class, and no literal: V8 compiled the code that made literals with fractions again and again, at each request’s cost. */
export class Begun {
  readonly entry: number;
  /** Of the entry then: another address may have it by now. */
  readonly admission: number;
  /** -1: not in the window. */
  readonly slot: number;
  readonly startedMs: number;

  constructor(entry: number, admission: number, slot: number, startedMs: number) {
    this.entry = entry;
    this.admission = admission;
    this.slot = slot;
    this.startedMs = startedMs;
  }
}
