/** What the controller keeps from step to step: plain JSON, bounded, the same for all gateways. */

export const STATE_VERSION = 1;

export interface RouteState {
  /** Mean time to the answer's head while the upstream is calm, ms; 0: not known yet. */
  baseMs: number;
  /** The same now, smoothed over about 200 answers. */
  nowMs: number;
  /** Answers behind the base, counted until they are enough. */
  learned: number;
  /** Usual share of empty answers. */
  emptyShare: number;
  /** The window that is being judged: since when, and what came in it. */
  sinceMs: number;
  answers: number;
  errors: number;
  empties: number;
  suffers: 'errors' | 'empty' | null;
}

/** What was seen in one step, all gateways together. */
export interface StepSums {
  atMs: number;
  answers: number;
  errors: number;
  empties: number;
  /** Time that answers took, and time that the same answers take when all is calm, ms. */
  tookMs: number;
  usualMs: number;
  shed: number;
  /** Requests in flight, mean × time, ms. */
  busyMs: number;
}

/** The last word of one gateway about an upstream. */
export interface Gauge {
  atMs: number;
  /** Requests in flight in its last window: in the mean, and at most. */
  mean: number;
  most: number;
  queued: number;
  connections: number;
}

export interface Distress {
  signal: string;
  sinceMs: number;
  value: number;
  limit: number;
}

export interface UpstreamState {
  routes: Record<string, RouteState>;
  /** Of the last seconds. */
  steps: StepSums[];
  gauges: Record<string, Gauge>;
  /** Requests in flight that it has borne, in the mean of some seconds while all was well; fades over half an hour. */
  borneInFlight: number;
  /** When far more was in flight than that, last; 0: never. */
  pressedAtMs: number;
  /** Requests in flight, all gateways together; null: as many as there are connections. */
  inFlight: number | null;
  saidInFlight: number | null;
  /** Answers take longer than the bound's tolerance since then; 0: they do not. */
  slowSinceMs: number;
  /** The base is being probed until then; and when next. */
  probeUntilMs: number;
  nextProbeMs: number;
  /** Admissions a minute that it has borne, and those that it may have now (null: as many as come). */
  provenPerMinute: number;
  /** Borne for a quarter of a minute and longer, before whatever happened since. */
  bestPerMinute: number;
  budgetPerMinute: number | null;
  /** Growth of the budget, share a second. */
  growth: number;
  cutAtMs: number;
  /** A signal is over its limit since then; 0: none is. */
  overSinceMs: number;
  wellSinceMs: number;
  /** Since when the budget is more than is asked for; 0: it is not. */
  calmSinceMs: number;
  distress: Distress | null;
  /** Sums that fade over minutes: their quotient is the answers that one admission brings. */
  answersForAdmitted: number;
  admitted: number;
  /** Shares of what it has borne that errors and empty answers, and external signals, leave; 1: all. */
  errorLevel: number;
  signals: Record<string, { level: number; isStale: boolean }>;
}

/** Newcomers a minute, usual and now, and admissions a minute now. */
export interface RoomState {
  usual: number;
  pace: number;
  admitted: number;
  /** So many came in the last step, at several gateways together, that no usual rate explains them. */
  atOnce?: true;
}

/** A room that is held to something. */
export interface Held {
  factor: number;
  perMinute: number | null;
  why: string;
  sinceMs: number;
  /** Since when nobody needs it; 0: somebody does. */
  idleSinceMs: number;
  /** Admissions a minute that were last told of. */
  said: number;
}

export interface ControllerState {
  version: typeof STATE_VERSION;
  /** First step ever; a state this young knows no baselines. */
  sinceMs: number;
  atMs: number;
  /** Last window by gateway, so that none is weighed twice. */
  windows: Record<string, { window: number; atMs: number }>;
  upstreams: Record<string, UpstreamState>;
  rooms: Record<string, RoomState>;
  held: Record<string, Held>;
}

export function createState(): ControllerState {
  return { version: STATE_VERSION, sinceMs: 0, atMs: 0, windows: {}, upstreams: {}, rooms: {}, held: {} };
}

export function createUpstream(): UpstreamState {
  return {
    ...{
      routes: {},
      steps: [],
      gauges: {},
      borneInFlight: 0,
      pressedAtMs: 0,
      inFlight: null,
      saidInFlight: null,
      slowSinceMs: 0,
    },
    ...{
      probeUntilMs: 0,
      nextProbeMs: 0,
      provenPerMinute: 0,
      bestPerMinute: 0,
      budgetPerMinute: null,
      growth: 0,
    },
    ...{
      cutAtMs: 0,
      overSinceMs: 0,
      wellSinceMs: 0,
      calmSinceMs: 0,
      distress: null,
      answersForAdmitted: 0,
      admitted: 0,
    },
    ...{ errorLevel: 1, signals: {} },
  };
}
