/** The words of forwarding. Types only. */
import type { TrafficClass } from '../../config/settings.ts';

/** Who asks: decides who goes first, and who is shed first, where an upstream is short. */
export interface Rank {
  class: TrafficClass;
  /** The session began with an earlier request: a visitor half way through. */
  inside: boolean;
  /** Rooms of one rank share evenly; null: of no room. */
  room: string | null;
}

/** What one request is to become at the platform. */
export interface ForwardOrder {
  /** Named upstream. */
  upstream: string;
  method: string;
  /** Path and query, byte for byte. */
  target: string;
  authority: string;
  scheme: 'http' | 'https';
  clientAddress: string;
  /** Whether x-forwarded-* and forwarded of this client are believed and extended, else replaced. */
  trustForwarded: boolean;
  /** Headers the gate adds for the platform: flat name, value, name, value (stamp, request id). */
  add: readonly string[];
  /** Prefix of the gate's own cookies (`hg`): those never reach the platform. */
  cookiePrefix: string;
  rank: Rank;
  /** Called once, before the answer's head is sent. What it returns is added (flat name, value list). */
  onAnswer(answer: PlatformAnswer): AnswerAdditions;
  follower?: Follower;
}

/** Follows one request on its way; told in the same turn in which it happens. */
export interface Follower {
  /** It waits for a connection from now on; the handle is good until `onEnd`. */
  onBegin(underWay: UnderWay): void;
  /** It goes out to this target (its URL). */
  onSent(target: string): void;
  onEnd(outcome: ForwardOutcome): void;
}

export interface UnderWay {
  /** By an operator: ends as `failed` (or `broken`) by `cancelled`; the platform's connection is closed. */
  cancel(): void;
}

/** What the platform's head said to the gate; those headers are removed from the answer. */
export interface PlatformAnswer {
  status: number;
  session: 'end' | 'registered' | null;
  seats: number | null;
  build: string | null;
  /** The answer is a text/event-stream: it lives as long as the session. */
  isEventStream: boolean;
}

export interface AnswerAdditions {
  /** Flat name, value list, e.g. set-cookie, headgate-state. */
  headers: readonly string[];
  /** Whether the answer must become `cache-control: private, no-store` (the gate adds a cookie). */
  private: boolean;
}

export type FailureKind =
  | 'connect'
  | 'connect-timeout'
  | 'headers-timeout'
  | 'body-timeout'
  | 'reset'
  | 'protocol'
  | 'no-target'
  | 'busy'
  /** The upstream is short, and others go first; nothing was sent. */
  | 'shed'
  | 'tls'
  | 'body-too-large'
  /** An operator ended it. */
  | 'cancelled'
  /** The client sent its body too slowly to be waited for. */
  | 'slow-body';

export type ForwardOutcome =
  /** The whole answer was passed on. */
  | { kind: 'answered'; status: number; bodyBytes: number; ms: number }
  /** The client went away. */
  | { kind: 'aborted'; ms: number }
  /** Nothing was sent to the client yet; the caller answers (502, 503, 504, 413). */
  | { kind: 'failed'; failure: FailureKind; ms: number }
  /** The answer broke after its head was sent; the client's connection was cut so that it sees it. */
  | { kind: 'broken'; failure: FailureKind; status: number; ms: number };
