/** Runs a scenario, prints what it saw, and says which of its bounds a starved machine makes worthless. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { type TimeVerdict, verdictOf } from '../timing.ts';

export interface Judged<T> {
  seen: T;
  /** A bound that does not hold says nothing where programs were woken late. */
  verdictOf(isHeld: boolean, what?: string): TimeVerdict;
}

const RESOLUTION_MS = 10;

export async function besideScheduling<T extends object>(run: () => Promise<T>): Promise<Judged<T>> {
  const delay = measureSchedulingDelay();
  // The visitors live in this process: where it is late, they measure themselves.
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loop.enable();
  const seen = await run();
  loop.disable();
  const machineMs = (await delay.stop()).p99Ms;
  const visitorsMs = Math.max(0, loop.percentile(99) / 1e6 - RESOLUTION_MS);
  console.dir(
    { ...seen, schedulingDelayMs: machineMs, visitorsLateMs: visitorsMs },
    { depth: 6, maxArrayLength: 60 },
  );
  const lateMs = Math.max(machineMs, visitorsMs);
  return { seen, verdictOf: (isHeld, what = 'a bound of time') => verdictOf(isHeld, lateMs, what) };
}
