/** Remembers what was used lately: at most twice `limit` entries, and, as new ones come, nothing that was unused for twice `keptMs`; a look costs one or two map reads. */
import { type Clock, systemClock } from '../clock.ts';

export interface RecentMemory<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  clear(): void;
  readonly size: number;
}

export interface MemoryLife {
  clock: Pick<Clock, 'monotonicMs'>;
  /** What is used at least so often is never forgotten for its age; asked at each turn. */
  keptMs(): number;
}

const USUAL: MemoryLife = { clock: systemClock, keptMs: () => 600_000 };

/**
 * Two generations: when the young one is full, or has its age, it becomes the old one, and what is read from the old one moves
 * back to the young. It forgets as an LRU does, without linked lists and without work at a hit; and because age alone turns
 * it, too, it is as large as what is in use: memory that grows for hours is a leak, not a bound that fills slowly.
 */
export function recentMemory<T>(limit: number, { clock, keptMs }: MemoryLife = USUAL): RecentMemory<T> {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  let turnsAtMs = clock.monotonicMs() + keptMs();
  const set = (key: string, value: T) => {
    const now = clock.monotonicMs();
    if (young.size >= limit || now >= turnsAtMs) {
      old = young;
      young = new Map();
      turnsAtMs = now + keptMs();
    }
    young.set(key, value);
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
    clear() {
      young = new Map();
      old = new Map();
    },
    get size() {
      return young.size + old.size;
    },
  };
}
