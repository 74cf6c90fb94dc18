/** Remembers the platform's load of the last minutes, to tell a climb from the usual. */
import type { CalmLoad } from '../../gateway/audit/coverage/words.ts';

export interface LoadMemory {
  note(load: CalmLoad, nowMs: number): void;
  /** The median of what was two to six minutes ago; null while less than a minute of that is known. */
  calm(nowMs: number): CalmLoad | null;
}

/** Windows of a minute that end before this hold nothing of the present one. */
const YOUNGEST_MS = 120_000;
const OLDEST_MS = 360_000;
const EVERY_MS = 5_000;
const LEAST = 12;

export function createLoadMemory(): LoadMemory {
  let samples: { load: CalmLoad; atMs: number }[] = [];
  return {
    note(load, nowMs) {
      const last = samples.at(-1);
      if (last !== undefined && nowMs - last.atMs < EVERY_MS) return;
      samples = [...samples.filter(({ atMs }) => nowMs - atMs < OLDEST_MS), { load, atMs: nowMs }];
    },
    calm(nowMs) {
      const old = samples.filter(({ atMs }) => nowMs - atMs >= YOUNGEST_MS).map(({ load }) => load);
      if (old.length < LEAST) return null;
      return {
        forwardedPerMinute: median(old.map((load) => load.forwardedPerMinute)),
        unqueuedPerMinute: median(old.map((load) => load.unqueuedPerMinute)),
      };
    },
  };
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
