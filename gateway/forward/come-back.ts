/**
 * Keeps an upstream that was down, all of it, from being run over by those who waited for it: from a tenth of what it had in
 * flight before up to all of it over `rampSeconds`; then nothing of ours holds it. Pure.
 */
import { rampShare } from './target-health.ts';

/** What is usual is what was in flight over about so long. */
const USUAL_MS = 5_000;

export class ComeBack {
  /** Requests in flight while it was well. */
  #usual = 0;
  #lookedMs = 0;
  #isDown = false;
  #formerly = 0;
  #backAtMs = Number.NEGATIVE_INFINITY;

  /** Now and then, and whenever a target's status changes. */
  look(isDown: boolean, inFlight: number, nowMs: number): void {
    if (isDown && !this.#isDown) this.#formerly = Math.max(this.#usual, this.#formerly);
    if (!isDown && this.#isDown) this.#backAtMs = nowMs;
    this.#isDown = isDown;
    if (!isDown)
      this.#usual += (inFlight - this.#usual) * (1 - Math.exp((this.#lookedMs - nowMs) / USUAL_MS));
    this.#lookedMs = nowMs;
  }

  /** Most in flight; null: it did not just come back, or had so little to do that nobody can run it over. */
  bound(rampMs: number, least: number, nowMs: number): number | null {
    const sinceMs = nowMs - this.#backAtMs;
    if (this.#isDown || this.#formerly <= least) return null;
    if (sinceMs < rampMs) return Math.max(least, Math.floor(this.#formerly * rampShare(sinceMs, rampMs)));
    this.#formerly = 0;
    return null;
  }
}
