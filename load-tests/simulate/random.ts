/** Random numbers that repeat: the same seed gives the same day on every machine. */

export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number, 0 ≤ x < n. */
  below(n: number): number;
  between(low: number, high: number): number;
  chance(share: number): boolean;
  /** Exponentially distributed around `mean`. */
  exponential(mean: number): number;
}

/** mulberry32 (Tommy Ettinger): 32 bits of state, good enough for dice, far too weak for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (n) => Math.floor(next() * n),
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    exponential: (mean) => -Math.log(1 - next()) * mean,
  };
}
