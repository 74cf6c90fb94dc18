/**
 * Tells when a platform bends. With n visitors at once who never think, x = n ÷ time by Little's law: below capacity x grows
 * with n and the time stays; at capacity x stays and the time grows; beyond it x falls. Any of three signs is enough: answers
 * fail, the slow ones take twice their calm time, or twice the visitors get hardly more done.
 */
import type { Capacity, Step } from './words.ts';

const FAILED_SHARE = 0.01;
const SLOWER_TIMES = 2;
/** Growth of throughput by which the visitors’ growth must be rewarded, as a share of it. */
const REWARD = 0.1;

export function bentBy(step: Step, before: Step | null, calm: Step): string | null {
  if (step.failedShare > FAILED_SHARE) return `${percent(step.failedShare)} of the requests failed`;
  if (step.p95Ms > SLOWER_TIMES * calm.p95Ms)
    return `p95 was ${Math.round(step.p95Ms)} ms, more than twice the calm ${Math.round(calm.p95Ms)} ms`;
  if (before === null || before.atOnce === null || step.atOnce === null) return null;
  const more = step.atOnce / before.atOnce - 1;
  const done = step.requestsPerSecond / before.requestsPerSecond - 1;
  if (done >= REWARD * more) return null;
  return `${percent(more)} more visitors got ${percent(Math.max(0, done))} more done`;
}

/** The most that was done without failures; null: every step failed. */
export function best(steps: readonly Step[]): Step | null {
  const sound = steps.filter(({ failedShare }) => failedShare <= FAILED_SHARE);
  return sound.reduce<Step | null>(
    (most, step) => (most === null || step.requestsPerSecond > most.requestsPerSecond ? step : most),
    null,
  );
}

/** The calm time is the work itself: what is longer was waiting for it. */
export function capacityOf(most: Step, calm: Step): Capacity {
  return {
    visitsPerMinute: most.visitsPerMinute,
    requestsPerSecond: most.requestsPerSecond,
    inFlight: (most.requestsPerSecond * calm.meanMs) / 1_000,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
