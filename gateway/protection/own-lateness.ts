/**
 * How much later this process hears of an answer than it came, in the mean: what its own event loop adds is not the platform's latency.
 *
 *   lateness = Σ turn² / (2 × span) − resolution / 2
 *
 * An answer that comes at any moment of a turn waits for the rest of it, half a turn in the mean, and long turns are met more often
 * (the mean residual life of a renewal process). Regimes: idle (0); busy (some ms); a standstill of a second (hundreds of ms, all of it
 * the gateway's own).
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Evidence, RouteSample, UpstreamSample } from '../release/words.ts';

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

export interface OwnLateness {
  /** Ms of an answer in the mean, since the last time. */
  take(): number;
  stop(): void;
}

export interface Turns {
  count: number;
  meanMs: number;
  deviationMs: number;
}

export function watchOwnLateness(): OwnLateness {
  const turns = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  turns.enable();
  return {
    take() {
      const { count, mean, stddev } = turns;
      turns.reset();
      return latenessMs({ count, meanMs: mean / NS_PER_MS, deviationMs: stddev / NS_PER_MS });
    },
    stop: () => void turns.disable(),
  };
}

/** The turns fill the span: it is their sum. */
export function latenessMs({ count, meanMs, deviationMs }: Turns): number {
  if (count === 0) return 0;
  const deviation = count > 1 ? deviationMs : 0;
  return Math.max(0, (meanMs ** 2 + deviation ** 2) / (2 * meanMs) - RESOLUTION_MS / 2);
}

/** The window as the platform answered, without what this process added. */
export function withoutOwn(evidence: Evidence, ownMs: number): Evidence {
  if (ownMs < 1) return evidence;
  const upstreams = Object.entries(evidence.upstreams).map(([name, sample]) => [name, sooner(sample, ownMs)]);
  return { ...evidence, upstreams: Object.fromEntries(upstreams) };
}

function sooner(sample: UpstreamSample, ownMs: number): UpstreamSample {
  const route = (one: RouteSample): RouteSample => ({
    ...one,
    totalMs: Math.max(0, one.totalMs - (one.answers - one.errors) * ownMs),
  });
  return { ...sample, routes: sample.routes.map(route) };
}
