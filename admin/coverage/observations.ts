/** Keeps what observers within the platform told last, and adds it up: who came to the platform around the gate. */
import type { CoverageState } from '../../gateway/audit/words.ts';
import type { Clock } from '../../gateway/clock.ts';
import type { Observation, ObservedAddress } from '../observer/words.d.ts';

export interface PlatformCoverage {
  state: CoverageState;
  /** Through the gate: with a good stamp, or a pass that an edge verified. */
  stamped: number;
  unstamped: number;
  /** Of the unstamped ones. */
  refused: number;
  /** Could not be judged: an observer lacks its keys. */
  unknown: number;
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
  unknown: number;
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
  if (observed === null)
    return { state: 'unknown', stamped: 0, unstamped: 0, refused: 0, unknown: 0, observers: 0 };
  const { stamped, unstamped, refused, unknown, observers } = observed;
  return { state: stateOf(observed), stamped, unstamped, refused, unknown, observers };
}

function stateOf(observed: Observed): CoverageState {
  if (isAround(observed)) return 'red';
  return isMuch(observed.unknown, observed.requests) ? 'unknown' : 'green';
}

/** What was refused at the platform's door did not reach it; our own probes are among them. */
export function isAround({
  unstamped,
  refused,
  requests,
}: Pick<Observed, 'unstamped' | 'refused' | 'requests'>): boolean {
  return isMuch(unstamped - refused, requests);
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
    unknown: sum(({ unknown }) => unknown),
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
