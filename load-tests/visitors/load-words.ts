/** The words of a load: who is sent where, and what was seen of them. Types only. */
import type { GeneratorReport } from '../rehearse/report-words.ts';
import type { VisitorGroup } from '../rehearse/visitor-words.ts';

export interface LoadPlan {
  groups: readonly VisitorGroup[];
  /** Of the scenario: nobody comes later. */
  seconds: number;
  /** All times of the scenario are divided by it; patience and what the gate tells are not. */
  compress: number;
  /** The same seed sends the same visitors at the same times. */
  seed: number;
  /** Every group's arrivals are scaled so that about so many come; a log is replayed as it is. Null: as written. */
  visitors: number | null;
}

export interface LoadTarget {
  /** Where visitors connect to, in turn; asked again and again, since a balancer changes its mind. */
  origins(): readonly string[];
  /** A connection that nobody takes: offered to the next origin, or a failed request. */
  onRefused: 'next' | 'fail';
  /** The gate's reserved paths: `/.headgate`. */
  prefix: string;
  /** Of the gate's cookies: `hg`. */
  cookiePrefix: string;
  /** On every request. */
  headers: Readonly<Record<string, string>>;
  /** Whether `Host` is what an address names; else it is the origin's own. */
  keepHost: boolean;
}

export interface LoadOptions {
  /** Processes that send; as many as cores but two, at most two, where absent. 0: this process, for tests. */
  workers?: number;
  /** Waited for when every process is up, before time begins: a launch opens by the clock. */
  untilBegin?: () => Promise<void>;
  /** Ends it as `stop` does. */
  signal?: AbortSignal;
  /** For tests: each process does nothing else for so long, again and again, as if it were starved of CPU. */
  starvedMs?: number;
}

export interface Load {
  /** Merged over all processes; cheap enough to be asked each second. */
  figures(): Promise<LoadFigures>;
  /** Everybody goes at once; the result of whoever was there. Safe to call twice. */
  stop(): Promise<LoadResult>;
  /** All have come, and all have gone; or it was stopped. */
  readonly done: Promise<LoadResult>;
}

/** One who comes, as `arrivalTimes` foresees it. */
export interface Arrival {
  /** Of the scenario. */
  atSeconds: number;
  /** With its host: `http://register.example.com/ereg/newreg.php?eventid=4711`. */
  address: string;
  /** Of a log's line; GET where absent. */
  method?: 'GET' | 'HEAD';
  /** Of a log's line: a number that stands for its client address. */
  client?: number;
}

export type RequestKind = 'page' | 'join' | 'poll' | 'form' | 'api' | 'asset';

/** How many visitors. */
export interface VisitorCounts {
  came: number;
  /** Now in line, inside, and gone. */
  waiting: number;
  inside: number;
  gone: number;
  /** Were told to wait at least once. */
  queued: number;
  admitted: number;
  registered: number;
  left: number;
  /** Walked away from the line. */
  noShows: number;
  /** After failures. */
  gaveUp: number;
  thrownOut: number;
  refused: number;
  soldOut: number;
  ended: number;
  /** Still there when the load was stopped. */
  stopped: number;
}

/** Cumulative. */
export interface RequestCounts {
  sent: number;
  /** No answer, or 5xx that is no wait (a gate's `HG_SHED` is a failure). */
  failed: number;
  /** 2xx without a body to a question of an API. */
  emptyAnswers: number;
  loginsTried: number;
  /** Got a token, or were told when to come again. */
  loginsAnswered: number;
}

export interface Latency {
  p50: number;
  p95: number;
  p99: number;
  most: number;
  requests: number;
}

/** What gates said at one address; states as `headgate-state` has them, `none` without the header. */
export interface StatesAtAddress {
  host: string;
  /** Without its query. */
  path: string;
  states: Readonly<Record<string, number>>;
}

/** Of the last 5 real seconds; null: nothing was sent. */
export interface LatelySeen {
  seconds: number;
  came: number;
  requests: number;
  failedShare: number | null;
  /** From the intended send time to the answer. */
  p95Ms: number | null;
  delayP99Ms: number | null;
}

export interface LoadFigures {
  /** Of the scenario, since it began. */
  atSeconds: number;
  visitors: VisitorCounts;
  groups: Readonly<Record<string, VisitorCounts>>;
  requests: RequestCounts;
  lately: LatelySeen;
  /** `all`, and by kind of request; ms. */
  latencyMs: Readonly<Record<string, Latency>>;
  states: readonly StatesAtAddress[];
  generator: GeneratorReport;
  /** Why the load was not what it claims to be, a sentence each; empty: it was. */
  invalidBecause: readonly string[];
}

export interface Law {
  breaches: number;
  /** The first few, a sentence each. */
  examples: readonly string[];
}

export interface LoadLaws {
  grownPositions: Law;
  changedNumbers: Law;
  sharedNumbers: Law;
  calledOutOfOrder: Law;
  /** Another number was given, a ticket was unknown, or somebody inside was told to wait. */
  lostPlaces: Law;
}

export interface LoadResult {
  figures: LoadFigures;
  laws: LoadLaws;
  /** Of all who were admitted, by group: real ms from the arrival until inside, in no order. */
  waitsMs: Readonly<Record<string, readonly number[]>>;
  /** Of all who were still in line when it was stopped, by group: so far. */
  unendedWaitsMs: Readonly<Record<string, readonly number[]>>;
  /** Of all who had a number: when they came (real ms since the beginning), and the number they had in the end. */
  draw: readonly { group: string; room: string; lane: string; arrivedAtMs: number; rank: number }[];
  generator: GeneratorReport;
}
