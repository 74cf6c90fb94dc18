/** Ends a rehearsal that hurts its target: too many errors for some seconds, or more requests than its owner allows. Pure. */

export interface Bounds {
  errorShare: number;
  overSeconds: number;
  /** Requests. */
  mostPerSecond: number;
}

/** As visitors saw it over the last seconds. */
export interface Look {
  atMs: number;
  /** Unanswered, or answered 5xx other than a wait; null: nothing was sent. */
  failedShare: number | null;
  /** Null: unknown. */
  requestsPerSecond: number | null;
}

/** Fewer answers tell nothing: one failure of three is no sign of distress. */
const LEAST_PER_SECOND = 2;

/** Told of each look; answers with a sentence when it must end, else with null. */
export function createAbortWatch(bounds: Bounds): (look: Look) => string | null {
  let sinceMs: number | null = null;
  return ({ atMs, failedShare, requestsPerSecond }) => {
    const { errorShare, overSeconds, mostPerSecond } = bounds;
    if (requestsPerSecond !== null && requestsPerSecond > mostPerSecond)
      return `${Math.ceil(requestsPerSecond)} requests a second were sent; mostPerSecond allows ${mostPerSecond}`;
    const tells = requestsPerSecond === null || requestsPerSecond >= LEAST_PER_SECOND;
    if (failedShare === null || failedShare <= errorShare || !tells) {
      sinceMs = null;
      return null;
    }
    sinceMs ??= atMs;
    if (atMs - sinceMs < overSeconds * 1_000) return null;
    return `the target failed ${percent(failedShare)} of the requests, and more than rehearsal.abort.errorShare (${percent(errorShare)}) for ${overSeconds} s`;
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
