/** How the audit asks what a configuration would have made of a request. Types only; the command line hands the judge in. */
import type { TrafficClass } from '../../config/settings.ts';

/** A request as an access log tells it. */
export interface LoggedRequest {
  method: string;
  /** Path and query, one character a byte. */
  target: string;
  /** As in a `Host` header. */
  host: string;
  /** Null: the log tells none; then it lies in no network. Used in memory alone. */
  clientAddress: string | null;
}

/** What was read of a request: host in lower case without port, canonical path, query without `?`. */
interface Place {
  host: string;
  path: string;
  query: string;
  /** What the one who books it noted: a request that comes again has the same verdict, the very object. */
  note: object | undefined;
}

export interface JudgedLine extends Place {
  kind: 'room' | 'bypass';
  /** Captures filled in; null: bypassed. */
  room: string | null;
  /** Key of `rooms` whose law it has. */
  template: string | null;
  /** The rule's name; null: none matched. */
  rule: string | null;
  class: TrafficClass;
}

/** Answered by the gate with 4xx: not a request that gate and platform would read alike. Told as it came. */
export interface RefusedLine extends Place {
  kind: 'refused';
  code: string;
}

/** Under the gate's own prefix, answered by the gate. */
export interface ReservedLine extends Place {
  kind: 'reserved';
}

/** What the gate would have made of it. */
export type LineVerdict = JudgedLine | RefusedLine | ReservedLine;

export type Judge = (logged: LoggedRequest) => LineVerdict;
