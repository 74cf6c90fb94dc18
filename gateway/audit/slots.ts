/** The slots of a sliding window: time is cut into pieces of 5 s, each piece has a place in a ring, and the oldest place is emptied for the next piece. */

export const SLOTS = 13;
export const WINDOW_MS = 60_000;
const SLOT_MS = 5_000;

export interface Slots {
  /** The slot of a request that came at `startedMs`; -1: the window has moved past it. */
  slotOf(startedMs: number): number;
  /** Empties slots up to now; cheap while the present one lasts. */
  moveTo(nowMs: number): void;
  /** Requests from now on are told apart from those before. */
  cut(nowMs: number): void;
  /** Slots of the last 60 s, and since when; `sinceCut`: only since the last cut. */
  window(nowMs: number, sinceCut: boolean): { slots: number[]; seconds: number };
}

export function createSlots(startMs: number, empty: (slot: number) => void): Slots {
  /** Of the present slot; the ring's place is this modulo SLOTS. */
  let sequence = 0;
  let cutSequence = 0;
  let cutMs = Number.NEGATIVE_INFINITY;
  const starts = new Float64Array(SLOTS).fill(startMs);

  const startOf = (number: number) => starts[number % SLOTS]!;
  function open(atMs: number): void {
    sequence++;
    empty(sequence % SLOTS);
    starts[sequence % SLOTS] = atMs;
  }
  function moveTo(nowMs: number): void {
    const pieces = Math.floor((nowMs - startOf(sequence)) / SLOT_MS);
    if (pieces <= 0) return;
    const lastMs = startOf(sequence) + pieces * SLOT_MS;
    // After a long silence one round empties all of them.
    for (let back = Math.min(pieces, SLOTS) - 1; back >= 0; back--) open(lastMs - back * SLOT_MS);
  }

  return {
    moveTo,
    slotOf(startedMs) {
      if (startedMs >= cutMs) return sequence % SLOTS;
      const before = cutSequence - 1;
      return before >= 0 && sequence - before < SLOTS ? before % SLOTS : -1;
    },
    cut(nowMs) {
      moveTo(nowMs);
      open(nowMs);
      cutSequence = sequence;
      cutMs = nowMs;
    },
    window(nowMs, sinceCut) {
      const slots: number[] = [];
      let sinceMs = nowMs;
      for (let back = 0; back < SLOTS && back <= sequence; back++) {
        const number = sequence - back;
        if (startOf(number) < nowMs - WINDOW_MS || (sinceCut && number < cutSequence)) break;
        slots.push(number % SLOTS);
        sinceMs = startOf(number);
      }
      return { slots, seconds: Math.max(1, Math.round((nowMs - sinceMs) / 100) / 10) };
    },
  };
}
