/** Counts what happened in the last 60 s, and knows the most that any 60 s ever held. */

const MINUTE_MS = 60_000;

export interface SlidingMinute {
  add(nowMs: number): void;
  /** The most in any sliding minute so far. */
  most(): number;
  clear(): void;
}

export function createSlidingMinute(): SlidingMinute {
  let times: number[] = [];
  let first = 0;
  let most = 0;
  const drop = (nowMs: number) => {
    while (first < times.length && times[first]! <= nowMs - MINUTE_MS) first++;
    if (first > 1024 && first * 2 > times.length) {
      times = times.slice(first);
      first = 0;
    }
  };
  return {
    add(nowMs) {
      drop(nowMs);
      times.push(nowMs);
      most = Math.max(most, times.length - first);
    },
    most: () => most,
    clear() {
      times = [];
      first = 0;
      most = 0;
    },
  };
}
