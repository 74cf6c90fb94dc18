/** Keeps something that is read elsewhere fresh: once in a while, and at once when somebody misses what may be new; never two readings at a time, and what was read last stays. */

/**
 * `read` resolves with the value, or rejects. A miss makes a reading at most every `leastMs`; time by `now`.
 * The first reading begins at once.
 */
export function createRenewed({ read, everyMs, leastMs, now, onFault, onGood }) {
  let value = null;
  let isGood = false;
  let underWay = null;
  let beganAtMs = Number.NEGATIVE_INFINITY;

  function renew() {
    beganAtMs = now();
    underWay ??= read()
      .then((fresh) => {
        value = fresh;
        isGood = true;
        onGood();
      })
      .catch((error) => {
        isGood = false;
        onFault(error);
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  }

  const ready = renew();
  const timer = setInterval(renew, everyMs);
  timer.unref();
  return {
    ready,
    /** Null until a reading succeeded. */
    value: () => value,
    /** Whether the latest reading succeeded. */
    isSure: () => isGood,
    /** Settles after a reading that may know more; null: what there is to know is known. */
    missing() {
      if (underWay !== null) return underWay;
      return Math.abs(now() - beganAtMs) >= leastMs ? renew() : null;
    },
    stop: () => clearInterval(timer),
  };
}

/** What never changes, in the same shape. */
export function createFixed(value) {
  return {
    ready: Promise.resolve(),
    value: () => value,
    isSure: () => true,
    missing: () => null,
    stop() {},
  };
}
