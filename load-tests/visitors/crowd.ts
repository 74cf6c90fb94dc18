/** Sends visitors in an open model: each comes on schedule, whatever became of those before. */
import { Agent } from 'undici';
import { seededRandom } from './random.ts';
import { createVisitor, type VisitorOptions } from './visitor.ts';
import type { Outcome, Random, VisitorPlan, VisitorRecord } from './words.ts';

export interface CrowdOptions
  extends Pick<VisitorOptions, 'base' | 'host' | 'prefix' | 'cookiePrefix' | 'onAnswer'> {
  count: number;
  /** The arrivals are spread over this time, each at random within its share of it. */
  overMs: number;
  /** The same seed sends the same visitors at the same times. */
  seed: number;
  plan: (random: Random, index: number) => VisitorPlan;
  /** Ends the run: whoever is still there is `stopped`. */
  signal?: AbortSignal;
}

export interface Crowd {
  /** All visitors, in the order of their arrival; they grow while the run goes on. */
  readonly records: readonly VisitorRecord[];
  readonly done: Promise<readonly VisitorRecord[]>;
}

export interface Tally {
  phases: Record<VisitorRecord['phase'], number>;
  outcomes: Partial<Record<Outcome, number>>;
}

export function sendCrowd(options: CrowdOptions): Crowd {
  const { count, overMs, seed, plan, signal = new AbortController().signal } = options;
  // One connection a request in flight, as many people have.
  const dispatcher = new Agent({ connections: null, keepAliveTimeout: 60_000 });
  const random = seededRandom(seed);
  const visits = Array.from({ length: count }, (_, index) => {
    const dueMs = ((index + random()) * overMs) / count;
    const visitor = createVisitor({
      ...options,
      plan: plan(random, index),
      random: seededRandom(seed + 1 + index),
      dispatcher,
      signal,
    });
    return { dueMs, visitor };
  });
  const done = Promise.all(visits.map(({ dueMs, visitor }) => runAt(dueMs, visitor.run, signal)));
  return {
    records: visits.map(({ visitor }) => visitor.record),
    done: done.finally(() => dispatcher.destroy()),
  };
}

function runAt(
  dueMs: number,
  run: () => Promise<VisitorRecord>,
  signal: AbortSignal,
): Promise<VisitorRecord> {
  return new Promise((resolve) => {
    const start = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', start);
      resolve(run());
    };
    const timer = setTimeout(start, dueMs);
    signal.addEventListener('abort', start);
  });
}

export function tallyOf(records: readonly VisitorRecord[]): Tally {
  const tally: Tally = { phases: { coming: 0, waiting: 0, inside: 0, gone: 0 }, outcomes: {} };
  for (const { phase, outcome } of records) {
    tally.phases[phase] += 1;
    if (outcome !== null) tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
  }
  return tally;
}
