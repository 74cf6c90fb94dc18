/** Waits until every gateway that is heard of has taken what was published: what is answered then holds everywhere. */
import type { Fleet } from '../control/words.ts';

export interface Taken {
  /** Resolves at the latest after some seconds: a gateway that hangs keeps nobody. */
  wait(serial: number): Promise<void>;
}

/** A gateway looks twice a second, and reports once a second. */
const WITHIN_MS = 5_000;

export function createTaken(fleet: Pick<Fleet, 'gateways' | 'onRound'>): Taken {
  const waiting = new Set<() => void>();
  fleet.onRound(() => {
    for (const look of waiting) look();
  });
  return {
    wait: (serial) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        const look = () => {
          if (fleet.gateways().every(({ report }) => report.serial >= serial)) done();
        };
        const timer = setTimeout(done, WITHIN_MS);
        waiting.add(look);
        look();
      }),
  };
}
