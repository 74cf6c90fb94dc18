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

/** What the gate would have read, and what it would have done. */
export type LineVerdict =
  /** Answered by the gate with 4xx: not a request that gate and platform would read alike. */
  | { kind: 'refused'; code: string; host: string; path: string; query: string }
  | {
      /** `reserved`: under the gate's own prefix, answered by the gate. */
      kind: 'room' | 'bypass' | 'reserved';
      /** Lower case, without port. */
      host: string;
      /** Canonical. */
      path: string;
      query: string;
      /** Captures filled in; null unless it goes to a room. */
      room: string | null;
      /** Key of `rooms` whose law it has. */
      template: string | null;
      /** The rule's name; null: none matched. */
      rule: string | null;
      class: TrafficClass;
    };

export type Judge = (logged: LoggedRequest) => LineVerdict;
