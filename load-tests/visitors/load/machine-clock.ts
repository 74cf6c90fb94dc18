/** One monotonic clock for all processes of this machine: `performance.now()` counts from each process's own start. */

/** Add it to a time of this process's `performance.now()`, ms. */
export const MACHINE_OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export function machineNowMs(): number {
  return performance.now() + MACHINE_OFFSET_MS;
}
