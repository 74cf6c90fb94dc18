/** Sleeps and wakes until SIGTERM, then tells how late it was woken. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);

histogram.enable();
const running = setInterval(() => {}, 60_000);
process.once('SIGTERM', () => {
  clearInterval(running);
  histogram.disable();
  const told = { p99Ms: late(histogram.percentile(99)), mostMs: late(histogram.max) };
  console.log(`delay ${JSON.stringify(told)}`);
});
console.log('ready');
