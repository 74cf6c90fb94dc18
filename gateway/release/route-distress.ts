/**
 * Watches the answers of each route for errors and emptiness, so that one broken route is named and no other pays for it.
 *
 * A route is judged when it has given `leastAnswers`, or when ten seconds are over and at least a quarter of that came; with so few,
 * only nearly all of them bad is evidence. Empty answers count where the route usually gives a body.
 */
import type { ProtectionSettings } from '../../config/settings.ts';
import type { RouteState, UpstreamState } from './state.ts';
import type { RouteSample } from './words.ts';

const WINDOW_MS = 8_000;
const FEW = 0.25;
const NEARLY_ALL = 0.9;
/** A route is said to be well again below this part of the limit. */
const RECOVERED = 0.5;
const USUAL_PACE = 0.05;
const LEARNED = 60;

export interface RouteVerdict {
  route: string;
  signal: 'errors' | 'empty';
  isOver: boolean;
  value: number;
  limit: number;
  answers: number;
}

type Bounds = ProtectionSettings['distress'];

/** Adds what came, and tells of routes that began to suffer, or ceased to. */
export function judgeRoutes(
  upstream: UpstreamState,
  samples: Iterable<RouteSample>,
  nowMs: number,
  bounds: Bounds,
): RouteVerdict[] {
  for (const sample of samples) add(upstream.routes[sample.route], sample, nowMs);
  return Object.entries(upstream.routes).flatMap(([name, route]) => {
    const verdict = isDue(route, nowMs, bounds) ? judgeRoute(name, route, bounds) : null;
    if (route.answers === 0 || isDue(route, nowMs, bounds) || nowMs - route.sinceMs > WINDOW_MS)
      startAnew(route);
    return verdict ?? [];
  });
}

function add(route: RouteState | undefined, { answers, errors, empties }: RouteSample, nowMs: number): void {
  if (!route) return;
  if (route.answers === 0) route.sinceMs = nowMs;
  route.answers += answers;
  route.errors += errors;
  route.empties += empties;
}

function startAnew(route: RouteState): void {
  route.answers = 0;
  route.errors = 0;
  route.empties = 0;
}

function isDue(
  { answers, sinceMs, errors, empties }: RouteState,
  nowMs: number,
  { leastAnswers }: Bounds,
): boolean {
  if (answers >= leastAnswers) return true;
  const isClear = Math.max(errors, empties) >= NEARLY_ALL * answers;
  return nowMs - sinceMs >= WINDOW_MS && answers >= Math.max(1, leastAnswers * FEW) && isClear;
}

function judgeRoute(name: string, route: RouteState, bounds: Bounds): RouteVerdict | null {
  const { answers } = route;
  const errorShare = route.errors / answers;
  const emptyShare = route.empties / answers;
  const limits = { errors: bounds.errorShare, empty: bounds.emptyShare };
  const values = { errors: errorShare, empty: emptyShare };
  // What a route's first answers are is what they usually are.
  if (route.learned < LEARNED) route.emptyShare = emptyShare;
  const isUsuallyFull = route.emptyShare < bounds.emptyShare / 2;
  if (route.suffers === null) {
    const isEmpty = isUsuallyFull && emptyShare >= limits.empty;
    const signal = errorShare >= limits.errors ? 'errors' : isEmpty ? 'empty' : null;
    // What is usual is learned only from a route that is not suffering.
    if (signal === null) route.emptyShare += (emptyShare - route.emptyShare) * USUAL_PACE;
    route.suffers = signal;
    return (
      signal && { route: name, signal, isOver: true, value: values[signal], limit: limits[signal], answers }
    );
  }
  const signal = route.suffers;
  if (values[signal] >= RECOVERED * limits[signal]) return null;
  route.suffers = null;
  return { route: name, signal, isOver: false, value: values[signal], limit: limits[signal], answers };
}

/** Usual share of empty answers of the whole upstream: the routes' own, by how much they answer. */
export function usualEmptyShare(upstream: UpstreamState, samples: Iterable<RouteSample>): number {
  let [answers, empties] = [0, 0];
  for (const sample of samples) {
    answers += sample.answers;
    empties += sample.answers * (upstream.routes[sample.route]?.emptyShare ?? 0);
  }
  return answers > 0 ? empties / answers : 0;
}
