/** The durations of the last whole second, and what has come of the present one. */
import { createPercentiles } from './percentiles.ts';

export interface LastSecond {
  record(ms: number): void;
  /** Of the last whole second; null: nothing was measured in it. */
  p95(): number | null;
  clear(): void;
}

export function createLastSecond(nowMs: () => number): LastSecond {
  let [present, last] = [createSecond(), createSecond()];
  let second = Math.floor(nowMs() / 1_000);
  const turn = () => {
    const now = Math.floor(nowMs() / 1_000);
    if (now === second) return;
    // After a second without any answer the last one is empty, too.
    if (now > second + 1) present.clear();
    [present, last] = [last, present];
    present.clear();
    second = now;
  };
  return {
    record(ms) {
      turn();
      present.record(ms);
    },
    p95() {
      turn();
      return last.p95();
    },
    clear() {
      present.clear();
      last.clear();
    },
  };
}

function createSecond() {
  const durations = createPercentiles();
  let count = 0;
  return {
    record(ms: number) {
      durations.record(ms);
      count += 1;
    },
    p95: () => (count === 0 ? null : durations.at(0.95)),
    clear() {
      durations.clear();
      count = 0;
    },
  };
}
