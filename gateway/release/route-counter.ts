/** Counts the answers of one route of one upstream within the present window: plain numbers, for they are added to at every request. */
import type { TrafficClass } from '../../config/settings.ts';
import { LATENCY_BUCKETS, latencyBucket } from './latency-steps.ts';
import type { RouteSample } from './words.ts';

export class RouteCounter {
  readonly upstream: string;
  readonly route: string;
  readonly class: TrafficClass;
  /** Its place was given to another route: whoever keeps it asks for the route's new one. */
  isGone = false;
  /** Windows without an answer, one after the other. */
  idleWindows = 0;
  #answers = 0;
  #errors = 0;
  #empties = 0;
  #totalMs = 0;
  readonly #latency = new Uint32Array(LATENCY_BUCKETS);

  constructor(upstream: string, route: string, trafficClass: TrafficClass) {
    this.upstream = upstream;
    this.route = route;
    this.class = trafficClass;
  }

  /** The answer's head is there, `ms` after the request went out. */
  answered(ms: number): void {
    this.#answers++;
    this.#totalMs += ms;
    this.#latency[latencyBucket(ms)]!++;
  }

  /** 5xx, or no answer where one was due. */
  failed(): void {
    this.#answers++;
    this.#errors++;
  }

  /** An answer that was counted already broke before its end. */
  broke(): void {
    this.#errors++;
  }

  /** An answer that was counted already had no body. */
  wasEmpty(): void {
    this.#empties++;
  }

  get answers(): number {
    return this.#answers;
  }

  /** What was counted since the last time; the next window begins. */
  take(): RouteSample {
    const sample = {
      ...{ route: this.route, class: this.class, answers: this.#answers },
      // What ended in this window may have been counted as an answer in the one before.
      ...{ errors: Math.min(this.#errors, this.#answers), empties: Math.min(this.#empties, this.#answers) },
      ...{ totalMs: this.#totalMs, latency: [...this.#latency] },
    };
    this.idleWindows = this.#answers === 0 ? this.idleWindows + 1 : 0;
    this.#answers = this.#errors = this.#empties = this.#totalMs = 0;
    this.#latency.fill(0);
    return sample;
  }
}
