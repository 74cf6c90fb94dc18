/** Calls each arrival at its time; who was held up catches up at once, so that a load is never smaller than it says. */
import type { VisitorGroup } from '../../rehearse/visitor-words.ts';
import type { Arrival } from '../load-words.ts';
import type { Random } from '../words.ts';

export interface Due {
  group: VisitorGroup;
  groupIndex: number;
  /** Of the group's visitors, from 0. */
  index: number;
  arrival: Arrival;
  /** Real time since the beginning. */
  afterMs: number;
  random: Random;
}

export interface Schedule {
  /** Nobody comes any more. */
  readonly over: Promise<void>;
  stop(): void;
}

/** `beginsAtMs`: of `performance.now()`. */
export function createSchedule(
  dues: Iterable<Due>,
  beginsAtMs: number,
  come: (due: Due, dueAtMs: number) => void,
): Schedule {
  const source = dues[Symbol.iterator]();
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let next = source.next();
  let timer: NodeJS.Timeout;
  const finish = () => {
    clearTimeout(timer);
    source.return?.();
    resolve();
  };
  const look = () => {
    for (; !next.done; next = source.next()) {
      const dueAtMs = beginsAtMs + next.value.afterMs;
      const leftMs = dueAtMs - performance.now();
      if (leftMs > 0) {
        timer = setTimeout(look, Math.min(leftMs, 1_000));
        return;
      }
      come(next.value, dueAtMs);
    }
    finish();
  };
  timer = setTimeout(look, Math.max(0, beginsAtMs - performance.now()));
  return { over, stop: finish };
}
