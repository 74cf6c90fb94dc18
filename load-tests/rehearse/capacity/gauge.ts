/** Measures one stretch of load: requests, their times, and the generator's own delay and CPU time. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createPercentiles } from '../../platform/percentiles.ts';
import type { Answer } from '../../visitors/client.ts';
import { meaningOf } from '../../visitors/reading.ts';
import type { Step } from './words.ts';

export interface Gauge {
  heard(answer: Answer): void;
  read(): Measured;
}

export type Measured = Omit<Step, 'phase' | 'atOnce' | 'plannedPerMinute' | 'bent' | 'visitsPerMinute'>;

export function startGauge(): Gauge {
  const startedAtMs = performance.now();
  const cpu = process.cpuUsage();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const latencies = createPercentiles();
  const tally = { requests: 0, failed: 0, totalMs: 0, toldToWait: 0 };
  return {
    heard(answer) {
      const { kind } = meaningOf(answer);
      const ms = answer.toldAtMs - answer.askedAtMs;
      tally.requests += 1;
      tally.totalMs += ms;
      latencies.record(ms);
      if (kind === 'wait') tally.toldToWait += 1;
      // A page that is not there is an answer as well: only what the platform could not do is a failure.
      else if (answer.status === 0 || answer.status >= 500) tally.failed += 1;
    },
    read() {
      delay.disable();
      const seconds = (performance.now() - startedAtMs) / 1_000;
      const used = process.cpuUsage(cpu);
      const asked = Math.max(1, tally.requests);
      return {
        seconds,
        requestsPerSecond: tally.requests / seconds,
        meanMs: tally.totalMs / asked,
        p95Ms: latencies.at(0.95),
        failedShare: tally.failed / asked,
        toldToWait: tally.toldToWait,
        cpuShare: (used.user + used.system) / 1e6 / seconds,
        delayMs: Math.max(0, delay.percentile(99) / 1e6 - 10),
      };
    },
  };
}
