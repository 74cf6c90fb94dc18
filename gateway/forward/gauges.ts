/** What only the forwarder knows of an upstream, for the windows of automatic protection. Types only. */
import type { TrafficClass } from '../../config/settings.ts';

export type CountsByClass = Partial<Record<TrafficClass, number>>;

/** `most`, `mean`, `shed` and `wouldShed` are since the gauges were last read. */
export interface UpstreamGauges {
  /** Requests that the platform works on: streams count until their head, aborted ones for as long as it is thought to go on. */
  inFlight: { now: number; most: number; mean: number };
  /** Requests in flight that are held to; null: as many as connections. */
  limit: number | null;
  /** Requests that wait for a slot, now. */
  queued: number;
  shed: CountsByClass;
  /** Not shed, because `shed` or `inFlight` is only observed. */
  wouldShed: CountsByClass;
  /** Sockets open to the targets, now; those of event streams and WebSockets included. */
  connections: number;
  /** Event streams and WebSockets among them. */
  streams: number;
  /** Age of the oldest request that is no stream, ms; 0: there is none. */
  oldestMs: number;
  /** Requests older than `distress.longRunningSeconds` that are no streams. */
  longRunning: number;
  /** Targets: up, and all. */
  targets: { up: number; all: number };
}
