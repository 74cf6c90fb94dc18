/** Keeps what observers within the platform told last, and adds it up: who came to the platform around the gate. */
import type { CoverageState } from '../../gateway/audit/words.ts';
import type { Clock } from '../../gateway/clock.ts';
import type { Observation, ObservedAddress } from '../observer/words.d.ts';

export interface PlatformCoverage {
  state: CoverageState;
  /** Through the gate: with a good stamp, or a pass that an edge verified. */
  stamped: number;
  unstamped: number;
  refused: number;
  /** Heard of lately. */
  observers: number;
}

/** All observers together. */
export interface Observed {
  windowSeconds: number;
  requests: number;
  stamped: number;
  unstamped: number;
  refused: number;
  wrong: Observation['wrong'];
  byAddress: readonly ObservedAddress[];
  observers: number;
}

export interface Observations {
  take(observation: Observation): void;
  /** Null: no observer has been heard of lately. */
  now(): Observed | null;
}

/** More observers than that are one that changes its name. */
const MOST_OBSERVERS = 1_000;

export function createObservations(clock: Pick<Clock, 'monotonicMs'>, silentMs: () => number): Observations {
  const last = new Map<string, { heardMs: number; observation: Observation }>();

  function forgetSilent(nowMs: number): void {
    for (const [observer, { heardMs }] of last) if (nowMs - heardMs >= silentMs()) last.delete(observer);
  }

  return {
    take(observation) {
      const nowMs = clock.monotonicMs();
      forgetSilent(nowMs);
      if (last.size >= MOST_OBSERVERS && !last.has(observation.observer)) return;
      last.set(observation.observer, { heardMs: nowMs, observation });
    },
    now() {
      forgetSilent(clock.monotonicMs());
      const told = [...last.values()].map(({ observation }) => observation);
      return told.length === 0 ? null : added(told);
    },
  };
}

/** Red from this share of unstamped requests on, and from this number. */
const RED_SHARE = 0.005;
const RED_REQUESTS = 5;

export function platformCoverage(observed: Observed | null): PlatformCoverage {
  if (observed === null) return { state: 'unknown', stamped: 0, unstamped: 0, refused: 0, observers: 0 };
  const { stamped, unstamped, refused, observers } = observed;
  return { state: isAround(observed) ? 'red' : 'green', stamped, unstamped, refused, observers };
}

export function isAround({ unstamped, requests }: Pick<Observed, 'unstamped' | 'requests'>): boolean {
  return isMuch(unstamped, requests);
}

export function isMuch(wrong: number, requests: number): boolean {
  return wrong >= RED_REQUESTS && wrong >= RED_SHARE * requests;
}

function added(told: readonly Observation[]): Observed {
  const sum = (of: (one: Observation) => number) => told.reduce((total, one) => total + of(one), 0);
  return {
    windowSeconds: Math.max(1, ...told.map(({ windowSeconds }) => windowSeconds)),
    requests: sum(({ requests }) => requests),
    stamped: sum(({ stamped, passed }) => stamped + passed),
    unstamped: sum(({ unstamped }) => unstamped),
    refused: sum(({ refused }) => refused),
    wrong: {
      malformed: sum(({ wrong }) => wrong.malformed),
      unknownKey: sum(({ wrong }) => wrong.unknownKey),
      forged: sum(({ wrong }) => wrong.forged),
      clock: sum(({ wrong }) => wrong.clock),
    },
    byAddress: told.flatMap(({ byAddress }) => byAddress),
    observers: told.length,
  };
}
