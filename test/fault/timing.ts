/** Bounds of time in long runs: where the machine had no CPU left, they say nothing. */
import { untilSo } from '../support/within.ts';

export type TimeVerdict = 'held' | 'failed' | 'invalid';

/**
 * A program that slept beside the run was woken later than this: whatever took long was the machine's doing. While there is CPU to
 * spare it is 5 ms at most; at 25 ms, with six programs for each core, what takes a minute takes nearly two.
 */
export const STARVED_MS = 15;

/** `seen` null: it never came. */
export function timeVerdict(seen: number | null, most: number, schedulingDelayMs: number): TimeVerdict {
  const isHeld = seen !== null && seen <= most;
  return verdictOf(isHeld, schedulingDelayMs, `${seen ?? 'never'} where ${most} is the most`);
}

/** Of what holds wherever programs run in time; `what` was seen. */
export function verdictOf(isHeld: boolean, schedulingDelayMs: number, what: string): TimeVerdict {
  if (isHeld) return 'held';
  return schedulingDelayMs > STARVED_MS ? invalid(what, schedulingDelayMs) : 'failed';
}

interface Failures {
  failures: number;
  schedulingDelayMs: number;
}

/** No request may fail: neither by its answer nor by none within its visitor's patience, which is a bound of time. */
export function failureVerdict({ failures, schedulingDelayMs }: Failures): TimeVerdict {
  return verdictOf(failures === 0, schedulingDelayMs, `${failures} requests failed`);
}

/** A run that could not be judged says so. */
function invalid(what: string, schedulingDelayMs: number): 'invalid' {
  console.log(`invalid: ${what}; programs were woken ${schedulingDelayMs.toFixed(1)} ms late`);
  return 'invalid';
}

/** A gateway's view of calls may be so old: what it shows as new within this may have been called before the fault ended. */
const VIEW_AGE_MS = 1_500;

/** Seconds until a number was called that surely was called after `sinceMs`: never less than a view's age. */
export function surelyCallingSeconds(
  watch: { callingAgainSeconds(sinceMs: number): number | null },
  sinceMs: number,
): number | null {
  const seconds = watch.callingAgainSeconds(sinceMs + VIEW_AGE_MS);
  return seconds === null ? null : seconds + VIEW_AGE_MS / 1_000;
}

const CALLING_MS = 60_000;

/** A run that is over before the line calls again has not shown that it does; that it took too long is judged later. */
export function untilSurelyCalling(
  watch: { callingAgainSeconds(sinceMs: number): number | null },
  sinceMs: number,
): Promise<void> {
  const isCalling = () => surelyCallingSeconds(watch, sinceMs) !== null;
  return untilSo(CALLING_MS, 'the line did not call again', isCalling).catch(() => {});
}

/** Asked over loopback of a platform that needs 20 ms: whoever waits longer than this before the fault waits for the machine. */
export const STARVED_ANSWER_MS = 100;
/** Client, gateway, platform, gateway, client: so often an answer waits for a program that sleeps. */
const WAKES = 4;

/** Whether answers took at most `factor` times as long as before; the delay is that of the time in which they were seen. */
export function ratioVerdict(
  beforeMs: number,
  seenMs: number,
  factor: number,
  schedulingDelayMs: number,
): TimeVerdict {
  const what = `${seenMs.toFixed(1)} ms after ${beforeMs.toFixed(1)} ms before`;
  // A starved `beforeMs` would bear anything out.
  if (beforeMs > STARVED_ANSWER_MS) return invalid(what, schedulingDelayMs);
  if (seenMs <= factor * beforeMs) return 'held';
  const isLateness = seenMs - WAKES * schedulingDelayMs <= factor * beforeMs;
  return isLateness ? invalid(what, schedulingDelayMs) : 'failed';
}
