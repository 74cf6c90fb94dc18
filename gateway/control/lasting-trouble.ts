/** Tells of a trouble when it begins and when it is over, however often it shows in between. */
import type { Log } from '../observe/logger.ts';

export interface LastingTrouble {
  happened(error: unknown): void;
  ended(): void;
}

/** Sampled all the same: a trouble may come and go. */
export function createLastingTrouble(
  log: Pick<Log, 'sample'>,
  key: string,
  words: { began: string; over: string },
): LastingTrouble {
  let sinceLast = 0;
  return {
    happened(error) {
      if (sinceLast++ === 0) log.sample(key, 'warn', () => ({ error: String(error) }), words.began);
    },
    ended() {
      const times = sinceLast;
      sinceLast = 0;
      if (times > 0) log.sample(key, 'info', () => ({ times }), words.over);
    },
  };
}
