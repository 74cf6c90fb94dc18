/** What becomes of a request for a room: passed on, or told where things stand. Types only. */
import type { ErrorCode } from '../errors.ts';
import type { Lease } from './leases.ts';
import type { Asker } from './standing.ts';
import type { Ticket } from './token-claims.ts';

/** Value of the `headgate-state` header. */
export type GateState =
  | 'admitted'
  | 'allowed'
  | 'bypassed'
  | 'observed'
  | 'waiting'
  | 'called'
  | 'prequeue'
  | 'paused'
  | 'offline'
  | 'soldout'
  | 'ended'
  | 'held'
  | 'refused'
  | 'failed';

export interface PassOn {
  kind: 'pass-on';
  state: 'admitted' | 'allowed';
  /** The session inside; null for requests without a number. */
  inside: Inside | null;
  /** Gives an allowance's place back once the answer is done. */
  release: (() => void) | null;
}

export interface Inside {
  lease: Lease;
  /** Its pass; to be sent along when `isNew`. */
  pass: string;
  isNew: boolean;
  /** The platform's answer decides whether the session begins (below 500) or the slot is free again. */
  isFirst: boolean;
  /** Set when the head of an answer below 500 was sent: the visitor has the pass, whatever becomes of the rest. */
  hasBegun: boolean;
  /** Rooms whose cookies are cleared to make place. */
  dropRooms: readonly string[];
}

export interface Tell {
  kind: 'tell';
  state: GateState;
  code: ErrorCode;
  asker: Asker;
  /** The visitor's place, if there is one. */
  ticket: Ticket | null;
  /** A ticket to be sent along on an answer below 500; null: the visitor's own is good. */
  issue: string | null;
  /** An exact time for the next try, ms; null: by the distance to the front. */
  retryMs: number | null;
  /** For `too-many-places`. */
  heldRooms: readonly string[];
  /** Rooms whose cookies are cleared to make place. */
  dropRooms: readonly string[];
  /** The visitor brought an invitation that is worth nothing here. */
  isInvitationRefused: boolean;
}

export type Admission = PassOn | Tell;
