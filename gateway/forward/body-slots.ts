/** Slots for bodies that still come: at most half of an upstream's, so that the slowest clients leave the other half alone. */
import { WaitingQueue } from './waiting-queue.ts';

/** Who sends a body while it still comes. */
export interface BodyWaiter {
  onSlot(): void;
  onNoTarget(): void;
}

export class BodySlots {
  readonly #most: () => number;
  readonly waiting = new WaitingQueue<BodyWaiter>();
  #taken = 0;

  /** `connections`: that the upstream may have. */
  constructor(connections: () => number) {
    this.#most = () => Math.max(1, connections() / 2);
  }

  get hasFree(): boolean {
    return this.#taken < this.#most();
  }

  /** Now, or when one is free: hears of it through `onSlot`, and gives it back by `end`. */
  acquire(waiter: BodyWaiter): void {
    if (!this.hasFree) this.waiting.add(waiter);
    else this.#grant(waiter);
  }

  /** The body has come, or is not wanted any more. */
  end(): void {
    this.#taken--;
    const next = this.hasFree ? this.waiting.shift() : null;
    if (next !== null) this.#grant(next);
  }

  #grant(waiter: BodyWaiter): void {
    this.#taken++;
    waiter.onSlot();
  }
}
