/**
 * Slowness that no answer tells of yet: requests pile up in flight, and next to none is answered.
 *
 *   ratio = time in flight / (usual time of the answers that came + leastAnswers × the longest usual time of a route)
 *
 * By Little's law the first quotient is the mean latency over its usual; the second summand keeps a few reports that take long by nature
 * from being a stall. Regimes: fewer than `inFlight.least` requests in flight (silent: somebody's slow report is no distress); no route
 * learned (silent); enough answers in two seconds (silent: these tell by themselves); a ratio below the limit of distress (silent: few answers never say that all is well); above it (it is the ratio).
 */
import { LEAST_LEARNED } from './base-latency.ts';
import type { UpstreamState } from './state.ts';
import { recent } from './window.ts';

const STALL_MS = 2_000;
const MOST_TIMES = 20;

export interface StallLimits {
  leastInFlight: number;
  leastAnswers: number;
  latencyTimes: number;
}

/** Times the usual latency; null: nothing can be concluded. */
export function stallRatio(
  upstream: UpstreamState,
  nowMs: number,
  { leastInFlight, leastAnswers, latencyTimes }: StallLimits,
): number | null {
  const lately = recent(upstream, nowMs, 0, STALL_MS);
  if (lately === null || lately.answers >= leastAnswers) return null;
  if (lately.spanMs < STALL_MS || lately.busyMs < leastInFlight * lately.spanMs) return null;
  const longestMs = longestBaseMs(upstream);
  if (longestMs === 0) return null;
  const ratio = lately.busyMs / (lately.usualMs + leastAnswers * longestMs);
  return ratio < latencyTimes ? null : Math.min(MOST_TIMES, ratio);
}

/** Of the routes that are known; 0: none is. */
export function longestBaseMs({ routes }: UpstreamState): number {
  let longestMs = 0;
  for (const { baseMs, learned } of Object.values(routes))
    if (learned >= LEAST_LEARNED) longestMs = Math.max(longestMs, baseMs);
  return longestMs;
}
