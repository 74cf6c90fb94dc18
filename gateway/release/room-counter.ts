/** Counts a room's newcomers and who was let in within the present window, and its newcomers of the last second. */
import type { RoomSample } from './words.ts';

const SECOND_MS = 1_000;
/** Slots of the sliding second. */
const SLOTS = 10;
const SLOT_MS = SECOND_MS / SLOTS;

export class RoomCounter {
  upstream = '';
  newcomers = 0;
  admitted = 0;
  requests = 0;
  /** Engaged here, in the request that was too much: said already. */
  hasEngaged = false;
  readonly #slots = new Uint32Array(SLOTS);
  #slotAt = 0;
  #lastSecond = 0;

  newcomer(nowMs: number): void {
    this.newcomers++;
    this.#moveTo(nowMs);
    this.#slots[this.#slotAt % SLOTS]!++;
    this.#lastSecond++;
  }

  /** Newcomers of the last second. */
  lastSecond(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#lastSecond;
  }

  get isQuiet(): boolean {
    return this.newcomers === 0 && this.admitted === 0 && this.requests === 0 && !this.hasEngaged;
  }

  take(): RoomSample {
    const { upstream, newcomers, admitted, requests } = this;
    this.newcomers = this.admitted = this.requests = 0;
    this.hasEngaged = false;
    return { upstream, newcomers, admitted, requests };
  }

  #moveTo(nowMs: number): void {
    const slotAt = Math.floor(nowMs / SLOT_MS);
    if (slotAt - this.#slotAt >= SLOTS) {
      this.#slots.fill(0);
      this.#lastSecond = 0;
    } else {
      for (let at = this.#slotAt + 1; at <= slotAt; at++) {
        this.#lastSecond -= this.#slots[at % SLOTS]!;
        this.#slots[at % SLOTS] = 0;
      }
    }
    this.#slotAt = Math.max(this.#slotAt, slotAt);
  }
}
