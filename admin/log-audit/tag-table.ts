/**
 * Remembers, in a fixed amount of memory, when each of very many tags was last seen, and one number with it. A table of
 * buckets of four: where one is full, the tag that was seen longest ago yields, which is the one most likely over.
 */

export interface TagTable {
  /** Where the tag is; -1: unknown. Valid until the next `put`. */
  find(bucket: number, check: number): number;
  secondAt(index: number): number;
  valueAt(index: number): number;
  put(bucket: number, check: number, second: number, value: number): void;
  /** The tag that was found there was seen again. */
  renew(index: number, second: number): void;
}

const WAYS = 4;

/** `bits`: 2^bits tags, 12 bytes each. `bucket` and `check` are two independent 32-bit hashes of a tag. */
export function createTagTable(bits: number): TagTable {
  const size = 2 ** bits;
  const mask = size / WAYS - 1;
  const checks = new Uint32Array(size);
  const seconds = new Int32Array(size);
  const values = new Uint32Array(size);

  function find(bucket: number, check: number): number {
    const start = (bucket & mask) * WAYS;
    // 0 stands for an empty place.
    const wanted = check >>> 0 || 1;
    for (let at = start; at < start + WAYS; at++) if (checks[at] === wanted) return at;
    return -1;
  }

  function place(bucket: number, check: number): number {
    const known = find(bucket, check);
    if (known >= 0) return known;
    const start = (bucket & mask) * WAYS;
    let oldest = start;
    for (let at = start; at < start + WAYS; at++) {
      if (checks[at] === 0) return at;
      if (seconds[at]! < seconds[oldest]!) oldest = at;
    }
    return oldest;
  }

  return {
    find,
    secondAt: (index) => seconds[index]!,
    valueAt: (index) => values[index]!,
    put(bucket, check, second, value) {
      const at = place(bucket, check);
      checks[at] = check >>> 0 || 1;
      seconds[at] = second;
      values[at] = value;
    },
    renew(index, second) {
      seconds[index] = second;
    },
  };
}
