/** One request and its answer on their way through the gate: what is known of it so far, for whoever answers and for the access log. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TrafficClass } from '../config/settings.ts';
import type { Passage } from './in-flight.ts';
import type { RequestTrace } from './observe/traces.ts';
import type { GateState } from './request/admission.ts';
import type { JudgedRequest } from './request/words.ts';

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Id of this request, in logs, on pages and towards the platform. */
  id: string;
  startedMs: number;
  judged: JudgedRequest;
  /** For metrics and logs: the room, or null where none is meant. */
  room: string | null;
  label: string;
  class: TrafficClass;
  state: GateState;
  rule: string | null;
  /** The invitation that stood in its address, which it is read without; null: none did. */
  invitation: string | null;
  /** Null: it was not passed on. */
  passage: Passage | null;
  /** Null: nobody wants traces. */
  trace: RequestTrace | null;
}

/** Ids are unique by the process's random start and a counter: no randomness is spent on a request. */
export function createRequestIds(start: string): () => string {
  let count = 0;
  return () => {
    count = (count + 1) % Number.MAX_SAFE_INTEGER;
    return `${start}-${count.toString(36)}`;
  };
}

/** Kept on the request itself: a WeakMap of them all would be gone through at each garbage collection. */
const EXCHANGE = Symbol('exchange');
type Carrying = IncomingMessage & { [EXCHANGE]?: Exchange };

/** For whoever gets the request from a router, and not from us. */
export function carryExchange(exchange: Exchange): void {
  (exchange.request as Carrying)[EXCHANGE] = exchange;
}

export function exchangeOf(request: Carrying): Exchange {
  const exchange = request[EXCHANGE];
  if (!exchange) throw new Error('a request reached the router around the gate');
  return exchange;
}
