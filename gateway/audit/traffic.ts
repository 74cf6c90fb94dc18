/** Counts every request of the last minute by its address, in bounded memory; what is told of it is worked out when it is asked for. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { RevisionTotals, TrafficWindow } from '../control/words.ts';
import type { SeenRequest } from './words.ts';

/** A request as it is judged again in a dry-run. */
export interface Judgeable {
  method: string;
  host: string;
  path: string;
  query: string;
}

/** `kind`: `room`, `bypass` or `refused`; the latter two have no room. */
export interface Verdict {
  room: string | null;
  rule: string | null;
  kind: string;
}

export type Judge = (request: Judgeable) => Verdict;

/** What another configuration would do with the requests of the window. */
export interface DryRunResult {
  /** Judged by rules in the window, and remembered well enough to be judged again. */
  requests: number;
  /** Of these, sent to another room (or past the rooms, or refused) than now. */
  changed: number;
  /** The addresses that change, the most frequent first; `share` of `requests`. */
  byAddress: readonly {
    host: string;
    pathShape: string;
    from: string | null;
    to: string | null;
    fromRule: string | null;
    toRule: string | null;
    requests: number;
    share: number;
  }[];
}

export interface TrafficParts {
  clock: Clock;
  settings: Settings;
  /** 0 ≤ x < 1: which requests are kept as examples. */
  random?: () => number;
}

/** A request that is under way to the platform, counted already; its outcome follows. */
export interface Begun {
  readonly isUnqueued: boolean;
}

export interface Traffic {
  /** A request that is over. Never throws. */
  count(seen: SeenRequest): void;
  /** A request that goes out to the platform now: counted before it is answered, for a platform in distress answers late. */
  begin(seen: SeenRequest): Begun;
  /** What became of it: `status` 0 where nothing was answered. */
  end(begun: Begun, status: number, ms: number, hasFailed: boolean): void;
  /** Up to the last 60 s, since the present rules are in force. */
  window(): TrafficWindow;
  /** Since the present revision. */
  totals(): RevisionTotals;
  /** Judges the examples of the last 60 s by both, weighted by how often their addresses were asked for. */
  dryRun(judge: Judge, present: Judge): DryRunResult;
  /** The rules in force from now on; requests that were judged by older ones are not counted any more. */
  follow(settings: Settings): void;
}

export function createTraffic(_parts: TrafficParts): Traffic {
  throw new Error('not built yet');
}
