/** The words of a request on its way through the gate. Types only. */
import type { Rule, TrafficClass } from '../../config/settings.ts';
import type { ErrorCode } from '../errors.ts';

/** A request after it was normalised: what a rule judges is what the platform gets. */
export interface JudgedRequest {
  method: string;
  /** Path and query as sent on, byte for byte. */
  target: string;
  /** The canonical path of `target`. */
  path: string;
  /** The query of `target`, without `?`; '' where there is none. */
  query: string;
  /** Lower case, without port. */
  host: string;
  /** As the client named it: host[:port], lower case; goes to the platform. */
  authority: string;
  scheme: 'http' | 'https';
  /** Address of the client, behind trusted proxies. */
  clientAddress: string;
}

export type Normalised =
  | { kind: 'judged'; request: JudgedRequest }
  /** Answered with the code's status and `connection: close`. */
  | { kind: 'refused'; code: ErrorCode; detail: string };

export type Classified =
  | {
      kind: 'room';
      /** Room with captures filled in. */
      room: string;
      /** Key of `settings.rooms` whose law it has. */
      template: string;
      /** The rule's name; null: no rule matched (default room; such a request stays in the room of a valid pass). */
      rule: Rule | null;
      class: TrafficClass;
      lane: string;
      upstream: string;
    }
  | { kind: 'bypass'; rule: Rule; class: TrafficClass; upstream: string }
  | { kind: 'refused'; code: ErrorCode; detail: string };
