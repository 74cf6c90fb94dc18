/** Makes of a window what is watched for steady growth: sockets and requests in flight by upstream, and the platform's own connections where it tells of them. */
import type { GrowthSeries } from './growth.ts';
import type { ExternalSignal, UpstreamSample } from './words.ts';

/** `bounds`: maxConnections by upstream. Event streams and WebSockets come and go with their visitors: they are no leak. */
export function growthSeries(
  samples: Readonly<Record<string, UpstreamSample>>,
  streams: Readonly<Record<string, number>>,
  bounds: Readonly<Record<string, number>>,
  signals: readonly ExternalSignal[],
): GrowthSeries[] {
  const series: GrowthSeries[] = [];
  for (const [upstream, sample] of Object.entries(samples)) {
    const bound = bounds[upstream];
    if (bound === undefined) continue;
    const load = loadOf(sample);
    const connections = Math.max(0, sample.connections - (streams[upstream] ?? 0));
    series.push({ upstream, signal: 'connections', value: connections, bound, load, settlesMs: IDLE_MS });
    series.push({ upstream, signal: 'in-flight', value: sample.inFlight.now, bound, load, settlesMs: 0 });
  }
  for (const { name, upstream, value, limit, isStale } of signals) {
    const sample = samples[upstream];
    if (isStale || sample === undefined || !CONNECTIONS.test(name)) continue;
    series.push({ upstream, signal: name, value, bound: limit, load: loadOf(sample), settlesMs: REPORT_MS });
  }
  return series;
}

/** The forwarder closes a connection that nobody used for so long. */
const IDLE_MS = 4_000;
/** Between two reports of a signal, where they are frequent; rarer ones look like steps on the short scales, and steps are no growth. */
const REPORT_MS = 1_000;

/** Lag and queues grow with the load and for other reasons: only connections leak. */
const CONNECTIONS = /connection/i;

/** Little's law: what answered requests had in flight, on the mean. */
function loadOf({ routes, spanMs }: UpstreamSample): number {
  if (spanMs <= 0) return 0;
  return routes.reduce((sum, route) => sum + route.totalMs, 0) / spanMs;
}
