/**
 * Sends visitors without end in an open model: they come at a rate that may change while it goes on, whatever became of those
 * before them. A sender that is late catches up, so that the load is never smaller than it says.
 */
import { Agent } from 'undici';
import { seededRandom } from './random.ts';
import { createVisitor, type VisitorOptions } from './visitor.ts';
import type { Random, VisitorPlan, VisitorRecord } from './words.ts';

export interface ArrivalOptions
  extends Pick<VisitorOptions, 'base' | 'host' | 'prefix' | 'cookiePrefix' | 'onAnswer'> {
  perSecond: number;
  /** Poisson: each comes as if there were no others; even: at equal distances. */
  spread?: 'poisson' | 'even';
  /** The same seed sends the same visitors. */
  seed: number;
  plan: (random: Random, index: number) => VisitorPlan;
}

export interface Arrivals {
  /** All visitors so far, in the order of their arrival. */
  readonly records: readonly VisitorRecord[];
  /** From now on so many come each second; 0: nobody. */
  setRate(perSecond: number): void;
  /** Nobody comes any more; resolves when all who came are gone. Who is not gone after `patienceMs` is stopped. */
  stop(patienceMs?: number): Promise<readonly VisitorRecord[]>;
}

const TURN_MS = 10;

export function sendArrivals(options: ArrivalOptions): Arrivals {
  const { seed, plan, spread = 'poisson' } = options;
  const dispatcher = new Agent({ connections: null, keepAliveTimeout: 60_000 });
  // Each has a signal of its own: thousands who wait at one would make every sleep search a long list.
  const leaving = new Set<AbortController>();
  const random = seededRandom(seed);
  const records: VisitorRecord[] = [];
  const visits = new Set<Promise<unknown>>();
  const gap = () => (spread === 'even' ? 1 : -Math.log(1 - random()));
  let perMs = options.perSecond / 1_000;
  let lookedAtMs = performance.now();
  // What is left until the next arrival, in arrivals: a change of the rate holds from now on.
  let left = gap();

  const arrive = () => {
    const index = records.length;
    const over = new AbortController();
    const visitor = createVisitor({
      ...options,
      plan: plan(random, index),
      random: seededRandom(seed + 1 + index),
      dispatcher,
      signal: over.signal,
    });
    records.push(visitor.record);
    leaving.add(over);
    const visit = visitor.run().finally(() => {
      visits.delete(visit);
      leaving.delete(over);
    });
    visits.add(visit);
  };
  const look = () => {
    const nowMs = performance.now();
    left -= (nowMs - lookedAtMs) * perMs;
    lookedAtMs = nowMs;
    for (; left <= 0; left += gap()) arrive();
  };
  const timer = setInterval(look, TURN_MS);

  return {
    records,
    setRate(perSecond) {
      look();
      perMs = perSecond / 1_000;
    },
    async stop(patienceMs = 0) {
      clearInterval(timer);
      const end = setTimeout(() => {
        for (const over of leaving) over.abort();
      }, patienceMs);
      await Promise.all(visits);
      clearTimeout(end);
      await dispatcher.destroy();
      return records;
    },
  };
}
