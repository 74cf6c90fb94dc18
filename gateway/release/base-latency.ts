/**
 * Learns how long each route takes while all is calm, and says how much longer it takes now; a change of mix is no slowness, for every
 * answer is held against its own route.
 *
 * ratio = Σ time that answers took / Σ base of their routes. The base is the mean of the first answers, then follows the mean of the
 * last 200 or so: down within a minute, up by at most 5 % an hour and only while all is well.
 * Regimes: learning (a route without a base weighs nothing); calm (ratio about 1); a platform that became faster (down at once); a ramp
 * of hours (the base stays, the ratio tells); slow for good (no load explains it: after an hour of distress it is taken for the
 * new normal, doubling in half an hour, lest a slower deploy holds a platform to a trickle for ever).
 * Envoy's minRTT climbs when it is measured under load (envoyproxy/envoy#11579) and never recovers when it first was too low (#38338);
 * Netflix' long-term average drifted likewise (concurrency-limits#88, #165): hence the bound on the way up.
 */
import { LATENCY_STEPS } from './latency-steps.ts';
import type { RouteState, UpstreamState } from './state.ts';
import type { RouteSample } from './words.ts';

export const LEAST_LEARNED = 30;
const LEARNED = 200;
const MOST_ROUTES = 64;
const DOWN_MS = 60_000;
const FAR_DOWN_MS = 10_000;
const UP_PER_HOUR = 0.05;
const RESIGNED_AFTER_MS = 3_600_000;
const HOUR_MS = 3_600_000;
/** A route that takes fewer ms than these is not slow before it takes as many more: a restart of the platform alone makes 12 of 3. */
const FLOOR_MS = 10;
/** One answer of minutes among hundreds of milliseconds says nothing of the others. */
const MOST_TIMES_BASE = 20;

export interface Took {
  tookMs: number;
  usualMs: number;
}

/** How long this route's answers took, and how long they take when all is calm; a trifle more counts as nothing, and 0 of both while that is not known. */
export function weigh(route: RouteState | undefined, sample: RouteSample): Took {
  const good = sample.answers - sample.errors;
  if (!route || route.learned < LEAST_LEARNED || good <= 0) return { tookMs: 0, usualMs: 0 };
  const usualMs = good * route.baseMs;
  const tookMs = Math.min(sample.totalMs, cappedMs(sample.latency, MOST_TIMES_BASE * route.baseMs));
  const isTrifle = route.baseMs < FLOOR_MS && tookMs - usualMs < good * FLOOR_MS;
  return { tookMs: isTrifle ? Math.min(tookMs, usualMs) : tookMs, usualMs };
}

function cappedMs(counts: readonly number[], mostMs: number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]! * Math.min(mostMs, LATENCY_STEPS[i] ?? mostMs);
  return sum;
}

export interface Learning {
  nowMs: number;
  dtMs: number;
  isWell: boolean;
}

export function learn(upstream: UpstreamState, samples: Iterable<RouteSample>, learning: Learning): void {
  const isFirst = Object.values(upstream.routes).every(({ learned }) => learned < LEAST_LEARNED);
  for (const sample of samples) {
    const good = sample.answers - sample.errors;
    if (sample.answers === 0) continue;
    upstream.routes[sample.route] ??= fresh(learning.nowMs);
    const route = upstream.routes[sample.route]!;
    // Answers with nothing in them come fast: a route that is broken so would look slow once it is mended.
    if (good <= 0 || route.suffers !== null || sample.empties > (route.emptyShare + 0.2) * sample.answers) {
      if (route.learned >= LEAST_LEARNED || good <= 0) continue;
    }
    const meanMs = sample.totalMs / good;
    if (route.learned >= LEARNED) follow(route, meanMs, good, upstream, learning);
    // A route that is first seen while others suffer is no measure of calm; where all are new, there is no better one.
    else if (learning.isWell || isFirst) begin(route, meanMs, good);
  }
  forgetRoutes(upstream);
}

const fresh = (sinceMs: number): RouteState => ({
  ...{ baseMs: 0, nowMs: 0, learned: 0, emptyShare: 0, sinceMs },
  ...{ answers: 0, errors: 0, empties: 0, suffers: null },
});

function begin(route: RouteState, meanMs: number, answers: number): void {
  route.learned += answers;
  route.baseMs += ((meanMs - route.baseMs) * answers) / route.learned;
  route.nowMs = route.baseMs;
}

function follow(
  route: RouteState,
  meanMs: number,
  answers: number,
  upstream: UpstreamState,
  { nowMs, dtMs, isWell }: Learning,
): void {
  route.nowMs += ((meanMs - route.nowMs) * answers) / (answers + LEARNED);
  if (route.nowMs < route.baseMs) {
    const paceMs = route.nowMs < 0.7 * route.baseMs ? FAR_DOWN_MS : DOWN_MS;
    route.baseMs += (route.nowMs - route.baseMs) * (1 - Math.exp(-dtMs / paceMs));
    return;
  }
  const isResigned = upstream.distress !== null && nowMs - upstream.distress.sinceMs > RESIGNED_AFTER_MS;
  const growth = isResigned ? 2 ** ((2 * dtMs) / HOUR_MS) : 1 + (UP_PER_HOUR * dtMs) / HOUR_MS;
  if (isWell || isResigned) route.baseMs = Math.min(route.nowMs, route.baseMs * growth);
}

function forgetRoutes(upstream: UpstreamState): void {
  const routes = Object.entries(upstream.routes);
  if (routes.length <= MOST_ROUTES) return;
  routes.sort(([, a], [, b]) => b.sinceMs - a.sinceMs);
  upstream.routes = Object.fromEntries(routes.slice(0, MOST_ROUTES));
}

/** Times the usual latency; null while no base is known. */
export const ratioOf = ({ tookMs, usualMs }: Took): number | null => (usualMs > 0 ? tookMs / usualMs : null);
