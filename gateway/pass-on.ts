/** Passes a request on to the platform, and makes of the platform's answer what the session and the visitor need. */
import type { Settings } from '../config/settings.ts';
import type { Exchange } from './exchange.ts';
import type { Forwarder } from './forward/forwarder.ts';
import type { AnswerAdditions, ForwardOrder, ForwardOutcome, PlatformAnswer } from './forward/words.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Observed } from './observed.ts';
import type { Orders, Passable } from './order.ts';
import type { GateState, Inside, PassOn } from './request/admission.ts';
import {
  clearCookie,
  clearPlace,
  cookieAttributes,
  passCookie,
  setCookie,
  ticketCookie,
} from './request/cookies.ts';
import type { Leases } from './request/leases.ts';
import { nextLeaseUntil } from './request/passes.ts';
import type { LiveRoom, Rooms } from './request/rooms.ts';
import { createSeatFigures } from './seat-figures.ts';
import type { Store } from './store/store.ts';
import type { Teller } from './tell.ts';
import { troubleOf } from './upstream-trouble.ts';

export interface PassOnParts {
  settings: Settings;
  forwarder: Forwarder;
  store: Store;
  leases: Leases;
  rooms: Rooms;
  teller: Teller;
  metrics: Metrics;
  audit: Pick<Observed, 'pass'>;
  orders: Orders;
  /** A call to the store whose outcome the visitor does not wait for failed. */
  onStoreError(error: unknown): void;
}

export function createPassOn(parts: PassOnParts) {
  const { settings, forwarder, store, leases, rooms } = parts;
  const seatFigures = createSeatFigures();
  const later = (call: Promise<unknown>) => call.catch(parts.onStoreError);

  /** `alongside`: headers for the visitor that are sent along with an answer below 500. */
  async function passOn(
    exchange: Exchange,
    classified: Passable,
    room: LiveRoom | null,
    admission: PassOn | null,
    state: GateState,
    alongside: readonly string[] = [],
  ): Promise<void> {
    exchange.state = state;
    const inside = admission?.inside ?? null;
    const began = seatFigures.begin();
    const answered = (answer: PlatformAnswer) => {
      const additions = onAnswer(exchange, classified, room, inside, answer, alongside);
      // After the registration that the same answer may tell of: the platform has counted it already.
      if (room !== null) takeSeats(room, began, answer.seats);
      return additions;
    };
    let outcome: ForwardOutcome;
    try {
      const order = orderOf(exchange, classified, inside, answered);
      outcome = await forwarder.forward(exchange.request, exchange.response, order);
    } finally {
      // Also where no order could be made: without a stamp nothing is passed on.
      admission?.release?.();
    }
    if (inside?.isFirst) settleFirst(room as LiveRoom, inside, outcome);
    finish(exchange, classified.upstream, outcome);
  }

  function orderOf(
    exchange: Exchange,
    classified: Passable,
    inside: Inside | null,
    answered: (answer: PlatformAnswer) => AnswerAdditions,
  ): ForwardOrder {
    const { request, id, judged, room, trace } = exchange;
    const passage = parts.audit.pass(exchange, classified.upstream);
    exchange.passage = passage;
    const isInside = inside !== null && !inside.isFirst;
    return parts.orders({ request, id, judged, classified, room, isInside, trace }, answered, passage);
  }

  function onAnswer(
    exchange: Exchange,
    classified: Passable,
    room: LiveRoom | null,
    inside: Inside | null,
    answer: PlatformAnswer,
    alongside: readonly string[],
  ): AnswerAdditions {
    const headers: string[] = ['headgate-state', exchange.state, 'headgate-request-id', exchange.id];
    if (room === null) return { headers, private: false };
    return answerInRoom(exchange, classified, room, inside, answer, headers, alongside);
  }

  function takeSeats(room: LiveRoom, request: number, seats: number | null): void {
    if (seats !== null && seatFigures.isNews(room, request, seats)) later(store.setSeats(room.name, seats));
  }

  function answerInRoom(
    exchange: Exchange,
    classified: Passable,
    room: LiveRoom,
    inside: Inside | null,
    answer: PlatformAnswer,
    headers: string[],
    alongside: readonly string[],
  ): AnswerAdditions {
    const isFailure = answer.status >= 500;
    if (!isFailure) headers.push(...alongside);
    if (inside === null) return { headers, private: alongside.length > 0 && !isFailure };
    if (inside.isFirst && (isFailure || leases.get(room.name, inside.lease.id) !== inside.lease))
      return { headers, private: true };
    inside.hasBegun = true;
    const ended = followSession(classified, room, inside, answer, exchange.judged.method);
    if (ended) headers.push(...(isFailure ? [] : farewell(exchange, room)));
    else headers.push(...welcome(exchange, room, inside, isFailure));
    if (answer.isEventStream && !ended) bindStream(exchange, inside);
    return { headers, private: (inside.isNew || ended || alongside.length > 0) && !isFailure };
  }

  /** What the platform said of the session; true: it has ended. */
  function followSession(
    classified: Passable,
    room: LiveRoom,
    inside: Inside,
    answer: PlatformAnswer,
    method: string,
  ): boolean {
    const { lease } = inside;
    const registered = classified.rule?.registered;
    const hasRegistered =
      answer.session === 'registered' ||
      (registered?.methods.includes(method) === true && registered.status.includes(answer.status));
    if (hasRegistered) later(store.register(room.name, lease.id));
    if (answer.session !== 'end') return false;
    leases.end(room.name, lease.id);
    later(store.leave(room.name, lease.id, 'left'));
    return true;
  }

  function welcome(exchange: Exchange, room: LiveRoom, inside: Inside, isFailure: boolean): string[] {
    const now = rooms.view(room).at;
    const until = inside.isFirst
      ? nextLeaseUntil(room, now, inside.lease.startedAt)
      : inside.lease.leaseUntil;
    const text =
      until === inside.lease.leaseUntil ? inside.lease.leaseUntilText : new Date(until).toISOString();
    const headers = ['headgate-session-expires', text];
    if (!inside.isNew || isFailure) return headers;
    if (isByHeader(exchange)) return [...headers, 'headgate-pass', inside.pass];
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const { prefix } = settings.cookies;
    // The pass outlives its lease by the grace in which a form may still be sent.
    const maxAgeSeconds = (until - now) / 1_000 + room.settings.session.submitGraceSeconds;
    headers.push(
      'set-cookie',
      setCookie(passCookie(prefix, room.name), inside.pass, { ...attributes, maxAgeSeconds }),
    );
    if (inside.isFirst) headers.push('set-cookie', clearCookie(ticketCookie(prefix, room.name), attributes));
    for (const name of inside.dropRooms) headers.push(...clearPlace(prefix, name, attributes));
    return headers;
  }

  function farewell(exchange: Exchange, room: LiveRoom): string[] {
    if (isByHeader(exchange)) return [];
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    return ['set-cookie', clearCookie(passCookie(settings.cookies.prefix, room.name), attributes)];
  }

  /** An event stream keeps its lease alive while data flows, and ends with the session. */
  function bindStream({ response }: Exchange, { lease }: Inside): void {
    const stream = { cut: () => response.destroy(), bytes: () => response.socket?.bytesWritten ?? 0 };
    leases.bind(lease, stream);
    response.once('close', () => leases.unbind(lease, stream));
  }

  /** An answer below 500 spends the ticket; a failure frees the slot at once and leaves the ticket good. */
  function settleFirst(room: LiveRoom, inside: Inside, outcome: ForwardOutcome): void {
    const { lease } = inside;
    if (!lease.isAnswering) return;
    if (inside.hasBegun) {
      lease.isAnswering = false;
      later(leases.touch(room.name, lease.id));
    } else if (outcome.kind === 'aborted') {
      // The platform still works on it: the slot stays taken until the short first lease lapses.
      leases.forget(room.name, lease.id);
    } else {
      leases.end(room.name, lease.id);
      later(store.leave(room.name, lease.id, 'unspent'));
    }
  }

  function finish(exchange: Exchange, upstream: string, outcome: ForwardOutcome): void {
    // What was shed says nothing of the platform's times.
    if (!isShed(outcome)) parts.metrics.upstreamAnswer(upstream, outcome.ms / 1_000);
    exchange.trace?.answered(told(outcome));
    if (outcome.kind === 'failed') parts.teller.tellTrouble(exchange, troubleOf(outcome.failure));
  }

  return passOn;
}

export type PassOnRequest = ReturnType<typeof createPassOn>;

function isByHeader({ request: { headers } }: Exchange): boolean {
  return headers['headgate-ticket'] !== undefined || headers['headgate-pass'] !== undefined;
}

function isShed(outcome: ForwardOutcome): boolean {
  return outcome.kind === 'failed' && outcome.failure === 'shed';
}

/** For traces. */
function told(outcome: ForwardOutcome): { status: number | null; failure: string | null } {
  return {
    status: 'status' in outcome ? outcome.status : null,
    failure: 'failure' in outcome ? outcome.failure : outcome.kind === 'aborted' ? outcome.kind : null,
  };
}
