/** The two clocks that are handed to whoever needs time, so that tests move them by hand. */
export interface Clock {
  /** Epoch ms; may jump. */
  wallMs(): number;
  /** Ms since some start; never jumps. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
