/** Ends a rehearsal that hurts: judges the target's own errors over the last seconds. */

export interface AbortBound {
  errorShare: number;
  overSeconds: number;
}

/** Since the start. */
export interface Tally {
  atMs: number;
  requests: number;
  /** Unanswered, or answered 5xx other than a wait. */
  failed: number;
}

/** Fewer answers tell nothing: one failure of three is no sign of distress. */
const LEAST_REQUESTS = 20;

/** Told of the counts once a second or so; answers with a sentence when it must end, else with null. */
export function createAbortWatch({ errorShare, overSeconds }: AbortBound): (now: Tally) => string | null {
  let tallies: Tally[] = [];
  return (now) => {
    tallies.push(now);
    const begin = tallies.findLast(({ atMs }) => atMs <= now.atMs - overSeconds * 1_000);
    if (begin === undefined) return null;
    tallies = tallies.slice(tallies.indexOf(begin));
    const requests = now.requests - begin.requests;
    const share = (now.failed - begin.failed) / requests;
    if (requests < LEAST_REQUESTS || share <= errorShare) return null;
    return `the target failed ${percent(share)} of ${requests} requests within ${overSeconds} s; rehearsal.abort.errorShare allows ${percent(errorShare)}`;
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
