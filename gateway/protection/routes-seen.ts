/** Finds the counter of a request's route without making its name again: what the traffic table knows its address by, knows its route too. */
import type { TrafficClass } from '../../config/settings.ts';
import type { Begun } from '../audit/begun.ts';
import { pathShape } from '../audit/path-shape.ts';
import type { RouteCounter } from '../release/route-counter.ts';
import type { Sampler } from '../release/sampler.ts';

/** GET, and all others: of one address few methods are asked for. */
const METHODS = 2;

export interface RouteRequest {
  method: string;
  path: string;
  class: TrafficClass;
}

export class RoutesSeen {
  readonly #sampler: Pick<Sampler, 'route'>;
  /** By entry of the table and method. */
  readonly #counters: (RouteCounter | undefined)[] = [];
  readonly #methods: string[] = [];
  readonly #admissions: number[] = [];

  constructor(sampler: Pick<Sampler, 'route'>) {
    this.#sampler = sampler;
  }

  /** `begun`: null where the table does not know the request. */
  counter(upstream: string, request: RouteRequest, begun: Begun | null): RouteCounter {
    if (begun === null || begun.admission === 0) return this.#named(upstream, request);
    const at = begun.entry * METHODS + (request.method === 'GET' ? 0 : 1);
    const known = this.#counters[at];
    const isSame =
      known !== undefined &&
      this.#admissions[at] === begun.admission &&
      this.#methods[at] === request.method &&
      known.upstream === upstream &&
      !known.isGone;
    if (isSame) return known;
    const counter = this.#named(upstream, request);
    this.#counters[at] = counter;
    this.#admissions[at] = begun.admission;
    this.#methods[at] = request.method;
    return counter;
  }

  #named(upstream: string, { method, path, class: trafficClass }: RouteRequest): RouteCounter {
    return this.#sampler.route(upstream, `${method} ${pathShape(path)}`, trafficClass);
  }
}
