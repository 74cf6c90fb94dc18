/** Rates of what is only counted: counters that begin anew with their process are added up, and looked at over some seconds. Pure. */

/** Adds up the growth of counters, each by its own name; one that shrank began anew. */
export interface Growth {
  take(name: string, count: number): void;
  total(): number;
}

export function createGrowth(): Growth {
  const last = new Map<string, number>();
  let total = 0;
  return {
    take(name, count) {
      const before = last.get(name);
      // What was counted before the first look was not seen here.
      if (before !== undefined) total += count >= before ? count - before : count;
      last.set(name, count);
    },
    total: () => total,
  };
}

/** What a total grew by within the last seconds. */
export interface Window {
  /** The growth, and over how many seconds it was; null: there is nothing yet to compare it with. */
  grownBy(atMs: number, total: number): { count: number; seconds: number } | null;
}

export function createWindow(windowMs: number): Window {
  const seen: { atMs: number; total: number }[] = [];
  return {
    grownBy(atMs, total) {
      seen.push({ atMs, total });
      while (seen.length > 2 && (seen[1]?.atMs ?? atMs) <= atMs - windowMs) seen.shift();
      const first = seen[0];
      if (first === undefined || first.atMs === atMs) return null;
      return { count: total - first.total, seconds: (atMs - first.atMs) / 1_000 };
    },
  };
}
