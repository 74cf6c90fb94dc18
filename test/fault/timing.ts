/** Bounds of time in long runs: where the machine had no CPU left, they say nothing. */
import { untilSo } from '../support/within.ts';

export type TimeVerdict = 'held' | 'failed' | 'invalid';

/** A program that slept beside the run was woken later than this: whatever took long was the machine's doing. */
export const STARVED_MS = 100;

/** `seen` null: it never came. */
export function timeVerdict(seen: number | null, most: number, schedulingDelayMs: number): TimeVerdict {
  if (seen !== null && seen <= most) return 'held';
  return schedulingDelayMs > STARVED_MS ? 'invalid' : 'failed';
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

const CALLING_MS = 20_000;

/** A run that is over before the line calls again has not shown that it does; that it took too long is judged later. */
export function untilSurelyCalling(
  watch: { callingAgainSeconds(sinceMs: number): number | null },
  sinceMs: number,
): Promise<void> {
  const isCalling = () => surelyCallingSeconds(watch, sinceMs) !== null;
  return untilSo(CALLING_MS, 'the line did not call again', isCalling).catch(() => {});
}

/** Asked over loopback of a platform that needs 20 ms: whoever waits longer than this before the fault waits for the machine. */
const STARVED_ANSWER_MS = 100;

/** Whether answers took at most `factor` times as long as before; a starved `beforeMs` would bear anything out. */
export function ratioVerdict(beforeMs: number, seenMs: number, factor: number): TimeVerdict {
  if (beforeMs > STARVED_ANSWER_MS) return 'invalid';
  return seenMs <= factor * beforeMs ? 'held' : 'failed';
}
