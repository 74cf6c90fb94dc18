/** How late this machine wakes a program that slept: measured beside a run, so that its own load is not taken for a fault of ours. */
import { startChild } from '../../load-tests/child-process.ts';
import { cleanUpLater } from './clean-up.ts';

export interface SchedulingDelay {
  /** Ends the measuring; the 99th percentile, and the worst. */
  stop(): Promise<{ p99Ms: number; mostMs: number }>;
}

/** Measures in a process of its own, which does nothing else. */
export function measureSchedulingDelay(): SchedulingDelay {
  const child = startChild('test/support/scheduling-delay-main.ts');
  cleanUpLater(() => child.kill());
  return {
    async stop() {
      await child.printed(/ready/);
      child.signal('SIGTERM');
      const [, found] = await child.printed(/^delay (.*)$/m);
      await child.ended;
      return JSON.parse(found!) as { p99Ms: number; mostMs: number };
    },
  };
}
