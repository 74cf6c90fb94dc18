/** Reads an upstream's gauges: what stands now, and what was since the last reading. */
import type { UpstreamGauges } from './gauges.ts';
import type { Upstream } from './upstream.ts';

/** `ages`: of requests under way that are no streams. */
export function readGauges(
  upstream: Upstream,
  ages: { oldestMs: number; longRunning: number },
  nowMs: number,
): UpstreamGauges {
  const { targets, slots } = upstream;
  let [connections, up] = [0, 0];
  for (const { connectionsNow, state } of targets) {
    connections += connectionsNow;
    if (state.status === 'up') up++;
  }
  return {
    ...slots.limiter.read(nowMs),
    connections,
    streams: slots.streams,
    ...ages,
    targets: { up, all: targets.length },
  };
}
