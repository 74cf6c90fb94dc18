/** The words of automatic protection: what gateways saw of an upstream, what is decided from it, and what follows for upstreams and rooms. Types only. */
import type { TrafficClass } from '../../config/settings.ts';

/** Off: nothing is decided; observe: said, not done; act: done. */
export type DecisionMode = 'off' | 'observe' | 'act';

/** Upper bounds of latency buckets are LATENCY_STEPS: 1 ms × √2^i; the last bucket has none. Counts, mergeable by adding. */
export type LatencyCounts = readonly number[];

/** One route of one upstream within a window: `POST /api/login`, ids folded. */
export interface RouteSample {
  route: string;
  class: TrafficClass;
  /** Answers that ended in the window, failures included. */
  answers: number;
  /** 5xx, resets, time-outs, malformed. */
  errors: number;
  /** 200 without a body. */
  empties: number;
  /** Sum of the times to the answer's head, ms, of those that were no errors. */
  totalMs: number;
  latency: LatencyCounts;
}

/** What one gateway saw of one upstream in one window of about half a second. Immutable once made. */
export interface UpstreamSample {
  /** Length of the window, ms. */
  spanMs: number;
  answers: number;
  errors: number;
  empties: number;
  /** Busiest routes (at most 20 with answers in the window); the rest under the route `other`. */
  routes: readonly RouteSample[];
  /** Requests under way: mean over the window, most, and now. */
  inFlight: { mean: number; most: number; now: number };
  /** Requests that wait for a slot of the in-flight limit now, and those shed in the window, by class. */
  queued: number;
  shed: Partial<Record<TrafficClass, number>>;
  /** Age of the oldest request that is no stream, ms, and how many are older than `distress.longRunningSeconds`. */
  oldestMs: number;
  longRunning: number;
  /** Sockets open to the targets now. */
  connections: number;
  /** Targets: up, and all. */
  targets: { up: number; all: number };
}

/** Newcomers and who is inside, of one room, as one gateway saw it in the window. */
export interface RoomSample {
  upstream: string;
  /** Newcomers that asked for a number in the window. */
  newcomers: number;
  /** Sessions that began in the window, at this gateway. */
  admitted: number;
  /** Requests of the room sent on in the window. */
  requests: number;
  /** This gateway engaged it in the window, in the request that was too much, and has said so. */
  engaged?: true;
}

/** What one gateway lays on the table. */
export interface Evidence {
  gateway: string;
  /** Counts its windows: the same one is not weighed twice. */
  window: number;
  upstreams: Record<string, UpstreamSample>;
  /** Rooms with newcomers, waiting visitors or an order in force. */
  rooms: Record<string, RoomSample>;
}

/** What everybody knows of a room from the store, with what its configuration says of it. */
export interface RoomFacts {
  upstream: string;
  waiting: number;
  sessions: number;
  /** Nobody is called at present: before the opening, paused, offline, in maintenance, ended. */
  isClosed?: boolean;
  /** Its line only counts who would wait: what holds it is worked out all the same, and told as observed. */
  isObserved?: boolean;
  /** From the law; null: no limit. Without sessions and admissionsPerMinute it is adaptive. */
  limits: { sessions: number | null; admissionsPerMinute: number | null; seats: number | null };
  callsPerMinute: number | null;
  weight: number;
  guaranteePerMinute: number | null;
}

/** The platform's own word: `POST /v1/signals`. */
export interface ExternalSignal {
  name: string;
  upstream: string;
  value: number;
  limit: number;
  /** Its time to live is over: it says nothing, least of all that all is well. */
  isStale: boolean;
}

/** What is to be done for an upstream. */
export interface UpstreamOrder {
  /** Requests in flight, by all gateways together; null: as many as its connections. */
  inFlight: number | null;
  /** This gateway's part of it; whole, at least 1. */
  share: number | null;
}

/** What is to be done for a room: written into the room, so that every gateway spends at the same rate. */
export interface RoomOrder {
  /** Of `limits.admissionsPerMinute`, 0 to 1. */
  factor: number;
  /** Admissions a minute beside the limits, the whole room's; null: none. */
  perMinute: number | null;
}

/** A decision for the journal. */
export interface Judgement {
  /** `engage`, `disengage`, `factor`, `in-flight`, `distress`, `recovered`, `shed`, `isolate`, `leak`, `signal`. */
  kind: string;
  upstream: string | null;
  room: string | null;
  /** `latency`, `errors`, `empty`, `newcomers`, `connections`, an external signal's name … */
  signal: string | null;
  value: number | null;
  limit: number | null;
  mode: DecisionMode;
  /** What was seen, against what, and what changed, for a person. */
  sentence: string;
}

/** What a step of the controller answers. */
export interface Orders {
  upstreams: Record<string, UpstreamOrder>;
  /** Rooms that are held to something; the others have no order. */
  rooms: Record<string, RoomOrder>;
  judgements: readonly Judgement[];
}
