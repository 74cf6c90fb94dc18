/** Counts of a sliding minute: a ring of slices, of which the oldest is emptied when time moves on. */

const SLICES = 12;
const SLICE_MS = 5_000;

/** A row of counters for each slice. */
export function createCounts(fields) {
  const counts = new Uint32Array(SLICES * fields);
  return {
    add: (slice, field, by = 1) => {
      counts[slice * fields + field] += by;
    },
    /** Over the whole window. */
    sum(field) {
      let sum = 0;
      for (let at = field; at < counts.length; at += fields) sum += counts[at];
      return sum;
    },
    empty: (slice) => counts.fill(0, slice * fields, (slice + 1) * fields),
    /** Takes over what another row of the same fields has, slice by slice. */
    take(other) {
      for (let at = 0; at < counts.length; at += 1) counts[at] += other.counts[at];
    },
    counts,
  };
}

/** Knows which slice it is. A clock that jumps empties no more than the ring has. */
export function createSlices(now) {
  let step = Math.floor(now() / SLICE_MS);
  let at = 0;
  let startedAtMs = now();
  return {
    /** The present slice; calls `empty` for each one that begins anew. */
    turn(empty) {
      const present = Math.floor(now() / SLICE_MS);
      if (present === step) return at;
      const turns = present > step ? Math.min(present - step, SLICES) : 1;
      // A clock that ran back takes the window's beginning with it.
      if (present < step) startedAtMs -= (step - present) * SLICE_MS;
      step = present;
      for (let turn = 0; turn < turns; turn += 1) {
        at = (at + 1) % SLICES;
        empty(at);
      }
      return at;
    },
    /** Seconds that the window covers, at least 1. */
    seconds() {
      const oldestMs = (step - SLICES + 1) * SLICE_MS;
      return Math.max(1, Math.round((now() - Math.max(oldestMs, startedAtMs)) / 1_000));
    },
  };
}
