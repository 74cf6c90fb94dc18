/** Counts what goes on with one upstream: requests in flight, and answers by route, in a bounded number of routes. */
import type { TrafficClass } from '../../config/settings.ts';
import { RouteCounter } from './route-counter.ts';
import type { RouteSample, UpstreamSample } from './words.ts';

/** What only the forwarder knows. */
export type UpstreamGauges = Pick<
  UpstreamSample,
  'inFlight' | 'queued' | 'shed' | 'oldestMs' | 'longRunning' | 'connections' | 'targets'
>;

const MOST_ROUTES = 200;
/** In a sample; the others of the window are one. */
const MOST_TOLD = 20;
/** A route that was not answered for so long gives its place to another one. */
const IDLE_WINDOWS = 240;
export const OTHER_ROUTE = 'other';

export class UpstreamCounter {
  readonly name: string;
  readonly #routes = new Map<string, RouteCounter>();
  readonly #other: RouteCounter;
  /** Requests that went out and are not over. */
  inFlight = 0;
  #sinceMs: number;

  constructor(name: string, nowMs: number) {
    this.name = name;
    this.#other = new RouteCounter(name, OTHER_ROUTE, 'registration');
    this.#sinceMs = nowMs;
  }

  route(route: string, trafficClass: TrafficClass): RouteCounter {
    const known = this.#routes.get(route);
    if (known) return known;
    if (this.#routes.size >= MOST_ROUTES) return this.#other;
    const made = new RouteCounter(this.name, route, trafficClass);
    this.#routes.set(route, made);
    return made;
  }

  /** The window since the last time. */
  take(nowMs: number, gauges: UpstreamGauges): UpstreamSample {
    const spanMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    const routes = this.#takeRoutes();
    return { spanMs, ...sums(routes), routes, ...gauges };
  }

  #takeRoutes(): RouteSample[] {
    const taken: RouteSample[] = [];
    for (const counter of [...this.#routes.values(), this.#other]) {
      const sample = counter.take();
      if (sample.answers > 0) taken.push(sample);
      if (counter.idleWindows < IDLE_WINDOWS || counter === this.#other) continue;
      counter.isGone = true;
      this.#routes.delete(counter.route);
    }
    if (taken.length <= MOST_TOLD) return taken;
    taken.sort((a, b) => b.answers - a.answers);
    return [...taken.slice(0, MOST_TOLD - 1), merged(taken.slice(MOST_TOLD - 1))];
  }
}

function sums(routes: readonly RouteSample[]): Pick<UpstreamSample, 'answers' | 'errors' | 'empties'> {
  const of = (field: 'answers' | 'errors' | 'empties') =>
    routes.reduce((sum, route) => sum + route[field], 0);
  return { answers: of('answers'), errors: of('errors'), empties: of('empties') };
}

function merged(routes: readonly RouteSample[]): RouteSample {
  const latency = routes[0]!.latency.map((_, step) =>
    routes.reduce((sum, route) => sum + route.latency[step]!, 0),
  );
  const totalMs = routes.reduce((sum, route) => sum + route.totalMs, 0);
  return { route: OTHER_ROUTE, class: routes[0]!.class, ...sums(routes), totalMs, latency };
}
