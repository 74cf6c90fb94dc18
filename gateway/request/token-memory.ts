/** Remembers what was verified: at most twice `limit` entries, a look costs one or two map reads, and the long unused are forgotten first. */

export interface TokenMemory<T> {
  get(token: string): T | undefined;
  set(token: string, fact: T): void;
  clear(): void;
  readonly size: number;
}

/**
 * Two generations: when the young one is full it becomes the old one, and what is read from the old one moves back to
 * the young. It forgets as an LRU does, without linked lists and without work at a hit.
 */
export function tokenMemory<T>(limit: number): TokenMemory<T> {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  const set = (token: string, fact: T) => {
    if (young.size >= limit) {
      old = young;
      young = new Map();
    }
    young.set(token, fact);
  };
  return {
    get(token) {
      const fact = young.get(token);
      if (fact !== undefined) return fact;
      const older = old.get(token);
      if (older !== undefined) set(token, older);
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
