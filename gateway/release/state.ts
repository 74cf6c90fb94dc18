/** What the controller keeps from step to step: plain JSON, bounded, the same for all gateways. */

export const STATE_VERSION = 1;

export interface RouteState {
  /** Mean time to the answer's head while the upstream is calm, ms; 0: not known yet. */
  baseMs: number;
  /** Smoothed over about 200 answers, ms. */
  nowMs: number;
  /** Answers behind the base, up to those that make it one. */
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
  admitted: number;
  requests: number;
}

/** The last word of one gateway about an upstream. */
export interface GatewayGauge {
  atMs: number;
  inFlight: number;
  most: number;
  queued: number;
  connections: number;
}

export interface UpstreamState {
  sinceMs: number;
  routes: Record<string, RouteState>;
  steps: StepSums[];
  gauges: Record<string, GatewayGauge>;
  /** Requests in flight, all gateways together; null: as many as there are connections. */
  inFlight: number | null;
  /** The base is being probed until then; and when next. */
  probeUntilMs: number;
  nextProbeMs: number;
  /** Admissions a minute that it has borne, and that it may have now (null: as many as come). */
  provenPerMinute: number;
  budgetPerMinute: number | null;
  /** Per second, and only while it is well and the budget is used. */
  growth: number;
  cutAtMs: number;
  wellSinceMs: number;
  distress: { signal: string; sinceMs: number; value: number; limit: number } | null;
  /** Steps in a row in which a signal was over its limit. */
  over: number;
  /** For each admission, smoothed over minutes. */
  requests: number;
  admitted: number;
  /** Of what it has borne, by errors and empty answers, and by external signals; 1: all. */
  errorLevel: number;
  signals: Record<string, { level: number; isStale: boolean }>;
  /** Least connections of each of the last minutes. */
  connections: { atMs: number; least: number }[];
  leaks: boolean;
  calmSinceMs: number;
}

export interface RoomState {
  upstream: string;
  /** Newcomers a minute: usual, and now. */
  usual: number;
  pace: number;
  /** Admissions a minute now. */
  admitted: number;
  /** The order in force. */
  order: { factor: number; perMinute: number | null } | null;
  engagedAtMs: number;
  /** Why: `newcomers`, or the signal of the upstream. */
  why: string | null;
}

export interface ControllerState {
  version: typeof STATE_VERSION;
  sinceMs: number;
  atMs: number;
  /** Last window by gateway, so that none is weighed twice. */
  windows: Record<string, number>;
  gateways: Record<string, number>;
  upstreams: Record<string, UpstreamState>;
  rooms: Record<string, RoomState>;
}

export function createState(): ControllerState {
  return {
    version: STATE_VERSION,
    sinceMs: 0,
    atMs: 0,
    windows: {},
    gateways: {},
    upstreams: {},
    rooms: {},
  };
}

/** What is kept over a restart: what was learned of routes and newcomers; nothing is engaged. */
export function forgetful(state: ControllerState): ControllerState {
  return { ...createState(), upstreams: {}, rooms: {}, sinceMs: state.sinceMs };
}

/** A state as it was read from disk or from the council; a fresh one where that is no state. */
export function readState(_value: unknown): ControllerState {
  return createState();
}
