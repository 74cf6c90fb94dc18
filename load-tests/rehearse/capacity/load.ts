/** The load of a search: a pool of visitors each of whom comes again at once, or arrivals at a rate; measured while it goes on. */
import { Agent, type Dispatcher } from 'undici';
import type { Answer } from '../../visitors/client.ts';
import { seededRandom } from '../../visitors/random.ts';
import { sleep } from '../../visitors/sleep.ts';
import { createVisitor } from '../../visitors/visitor.ts';
import type { VisitorPlan } from '../../visitors/words.ts';
import { type Gauge, startGauge } from './gauge.ts';
import { throttle } from './throttle.ts';
import type { Load, Step } from './words.ts';

export interface LoadOptions {
  base: string;
  headers: Readonly<Record<string, string>>;
  /** Requests a second; null: no ceiling. */
  mostPerSecond: number | null;
  /** What each does, in turn. */
  plans: readonly VisitorPlan[];
  /** Requests of a visit, on average. */
  requestsAVisit: number;
  seed: number;
}

/** Those who join the pool begin one after the other, lest all of them register at the same moment ever after. */
const SPREAD_MS = 300;

export function createLoad(options: LoadOptions): Load {
  const dispatcher = dispatcherOf(options);
  const over = new AbortController();
  const random = seededRandom(options.seed);
  const pool: Promise<void>[] = [];
  let atOnce = 0;
  let visits = 0;
  let gauge: Gauge | null = null;

  const visit = () =>
    createVisitor({
      base: options.base,
      dispatcher,
      signal: over.signal,
      random,
      plan: options.plans[visits++ % options.plans.length]!,
      onAnswer: (_asked: unknown, answer: Answer) => gauge?.heard(answer),
    }).run();
  const comeAgain = async (index: number, afterMs: number) => {
    await sleep(afterMs, over.signal);
    while (!over.signal.aborted && index < atOnce) await visit();
  };
  const asStep = (phase: Step['phase'], plannedPerMinute: number | null): Step => {
    const measured = gauge!.read();
    gauge = null;
    const visitsPerMinute = (measured.requestsPerSecond * 60) / options.requestsAVisit;
    const count = phase === 'arrivals' ? null : atOnce;
    return { phase, atOnce: count, plannedPerMinute, visitsPerMinute, ...measured, bent: null };
  };

  return {
    setAtOnce(count) {
      const first = atOnce;
      atOnce = count;
      for (let index = first; index < count; index++)
        pool[index] = comeAgain(index, (SPREAD_MS * (index - first)) / (count - first));
    },
    async measure(phase, seconds, signal) {
      gauge = startGauge();
      await sleep(seconds * 1_000, signal);
      return asStep(phase, null);
    },
    async arrivals(perMinute, seconds, signal) {
      atOnce = 0;
      await Promise.all(pool);
      gauge = startGauge();
      await comeByChance(perMinute / 60_000, seconds * 1_000, { visit, random, signal });
      return asStep('arrivals', perMinute);
    },
    async stop() {
      over.abort();
      atOnce = 0;
      await Promise.all(pool);
      await dispatcher.destroy();
    },
  };
}

function dispatcherOf({ headers, mostPerSecond }: LoadOptions): Dispatcher {
  const agent = new Agent({ connections: null, keepAliveTimeout: 60_000 });
  const withHeaders: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (request, handler) =>
    dispatch(
      { ...request, headers: { ...(request.headers as Record<string, string>), ...headers } },
      handler,
    );
  const named = Object.keys(headers).length === 0 ? agent : agent.compose(withHeaders);
  return mostPerSecond === null ? named : named.compose(throttle(mostPerSecond));
}

const TURN_MS = 5;

/** Poisson arrivals; a sender that is late catches up. */
async function comeByChance(
  perMs: number,
  forMs: number,
  { visit, random, signal }: { visit: () => void; random: () => number; signal: AbortSignal },
): Promise<void> {
  const startedAtMs = performance.now();
  const gapMs = () => -Math.log(1 - random()) / perMs;
  let nextAtMs = startedAtMs + gapMs();
  for (let nowMs = startedAtMs; nowMs - startedAtMs < forMs; nowMs = performance.now()) {
    for (; nextAtMs <= nowMs; nextAtMs += gapMs()) visit();
    await sleep(TURN_MS, signal);
    if (signal.aborted) return;
  }
}
