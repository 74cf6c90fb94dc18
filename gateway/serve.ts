/** A request's way: normalise, classify, read what the visitor holds, decide, then forward it, or tell where things stand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../config/settings.ts';
import type { Clock } from './clock.ts';
import type { Exchange } from './exchange.ts';
import { headFault } from './head-bounds.ts';
import type { Log } from './observe/logger.ts';
import type { Traces } from './observe/traces.ts';
import type { Bypasses } from './overrides/follow.ts';
import type { PassOnRequest } from './pass-on.ts';
import { isRehearsalQuestion, NO_REHEARSAL, rehearsalHeader } from './rehearsal/words.ts';
import type { Admission, Tell } from './request/admission.ts';
import type { AdmitAsk } from './request/admit.ts';
import { createRequestBudget } from './request/budgets.ts';
import type { Classifier } from './request/classify.ts';
import type { NamedRoom } from './request/classify-room.ts';
import { carriedInvitation, takeFromLink } from './request/invitation-link.ts';
import type { KeyRing } from './request/keys.ts';
import { normalise, type RequestLimits } from './request/normalise.ts';
import { bindDigest } from './request/passes.ts';
import type { LiveRoom, Rooms } from './request/rooms.ts';
import { sameOriginReferer } from './request/same-origin.ts';
import { type Asker, carriedTokens, type Standing, type StandingReader } from './request/standing.ts';
import type { Stay } from './request/stay.ts';
import type { Classified, JudgedRequest } from './request/words.ts';
import { askerOf, rawOf, UNREADABLE } from './request-reading.ts';
import { serveTroubleOf } from './serve-troubles.ts';
import type { Teller } from './tell.ts';

export interface ServeParts {
  settings: Settings;
  limits: RequestLimits;
  classify: Classifier;
  rooms: Rooms;
  stay: Stay;
  standing: StandingReader;
  ring: KeyRing;
  admit(ask: AdmitAsk): Admission | Promise<Admission>;
  passOn: PassOnRequest;
  teller: Teller;
  /** Rooms that an operator's override opens to everybody. */
  overrides: Bypasses;
  /** Whether the address was outside of its present room until a reload that is not longer ago than the grace. */
  movedLately(request: JudgedRequest, room: LiveRoom): boolean;
  /** Everything under the prefix. */
  reserved(exchange: Exchange): void;
  nextId(): string;
  traces: Traces | null;
  /** Null: the gate is for real visitors. */
  rehearsal: string | null;
  onDone(exchange: Exchange): void;
  onWouldWait(exchange: Exchange, room: LiveRoom, told: Tell): void;
  clock: Clock;
  log: Log;
}

/** Of each process; beyond, the question waits as any request does. */
const QUESTIONS_PER_MINUTE = 30;

export function createServe(parts: ServeParts): (request: IncomingMessage, response: ServerResponse) => void {
  const { settings, rooms, teller, overrides } = parts;
  const underPrefix = `${settings.prefix}/`;
  const questions = createRequestBudget(parts.clock, 1);
  // One a rehearsal is asked: whoever asks without end does not get around the line by it.
  const mayAskFreely = (judged: JudgedRequest) =>
    isRehearsalQuestion(judged) && questions.take('', QUESTIONS_PER_MINUTE) === 0;

  return (request, response) => {
    const exchange = open(request, response);
    try {
      const promise = judge(exchange);
      promise?.catch((error) => broken(exchange, error));
    } catch (error) {
      broken(exchange, error);
    }
  };

  function open(request: IncomingMessage, response: ServerResponse): Exchange {
    const exchange: Exchange = {
      request,
      response,
      id: parts.nextId(),
      startedMs: parts.clock.monotonicMs(),
      judged: UNREADABLE,
      room: null,
      label: '',
      class: 'registration',
      state: 'refused',
      rule: null,
      invitation: null,
      passage: null,
      trace: parts.traces === null ? null : parts.traces.begin(request.headers),
    };
    response.on('close', () => parts.onDone(exchange));
    return exchange;
  }

  function judge(exchange: Exchange): Promise<void> | undefined {
    const { request } = exchange;
    const normalised = normalise(rawOf(request), parts.limits);
    if (normalised.kind === 'refused') return refuse(exchange, normalised);
    const link = takeFromLink(normalised.request);
    exchange.judged = link?.request ?? normalised.request;
    exchange.invitation = link?.token ?? null;
    const head = headFault(request, settings);
    if (head) return refuse(exchange, head);
    // The header of a live rehearsal leads to its own gate: what comes here with one is nobody's.
    if (parts.rehearsal === null && rehearsalHeader(request) !== null) return refuse(exchange, NO_REHEARSAL);
    const { path } = exchange.judged;
    if (path.startsWith(underPrefix) || path === settings.prefix) {
      parts.reserved(exchange);
      return undefined;
    }
    const classified = parts.classify(exchange.judged);
    if (classified.kind === 'refused') return refuse(exchange, classified);
    exchange.class = classified.class;
    exchange.rule = classified.rule?.name ?? null;
    if (classified.kind === 'room' && !mayAskFreely(exchange.judged)) return enter(exchange, classified);
    exchange.label = 'bypass';
    return parts.passOn(exchange, classified, null, null, 'bypassed');
  }

  /** What is known already is answered in the same turn: promises are for what must be asked of the store. */
  function enter(exchange: Exchange, classified: InRoom): Promise<void> | undefined {
    const { judged, request } = exchange;
    const asker = askerOf(judged.method, request);
    const live = classified.rule === null ? undefined : rooms.get(classified.room);
    if (live) return meet(exchange, classified, asker, live);
    return nameRoom(request, classified, asker).then(async (named) => {
      const known = rooms.get(named.room);
      // Not made for it: an override works without the store that would have to make it.
      if (!known && overrides.letsBy(named.room)) return letBy(exchange, classified, named);
      return meet(exchange, classified, asker, known ?? (await rooms.enter(named.room, named.template)));
    });
  }

  async function nameRoom(request: IncomingMessage, found: InRoom, asker: Asker): Promise<NamedRoom> {
    return found.rule === null ? parts.stay.roomOf(request.headers, found, asker === 'form') : found;
  }

  function letBy(exchange: Exchange, classified: InRoom, { room, template }: NamedRoom): Promise<void> {
    exchange.room = room;
    exchange.label = template;
    return parts.passOn(exchange, classified, null, null, 'bypassed');
  }

  function meet(
    exchange: Exchange,
    classified: InRoom,
    asker: Asker,
    live: LiveRoom,
  ): Promise<void> | undefined {
    const { judged, request } = exchange;
    exchange.room = live.name;
    exchange.label = live.label;
    if (exchange.invitation !== null && asker === 'navigation') {
      teller.keepInvitation(exchange, live, exchange.invitation);
      return undefined;
    }
    const carried = carriedTokens(request.headers, live.name, settings.cookies.prefix);
    const bind = bindDigest(
      settings.passes.bind,
      parts.ring.set,
      request.headers['user-agent'],
      judged.clientAddress,
    );
    const isLetBy = overrides.letsBy(live.name);
    const admit = (standing: Standing): Promise<void> | undefined => {
      // Who is inside stays inside, and is there still when the override ends.
      if (isLetBy && standing.kind !== 'inside')
        return parts.passOn(exchange, classified, live, null, 'bypassed');
      const admission = parts.admit({
        room: live,
        classified,
        standing,
        asker,
        byHeader: carried.byHeader,
        wasHereBefore: wasHereBefore(exchange, live, asker),
        cookie: request.headers.cookie,
        invitation: carriedInvitation(request.headers, live.name, settings.cookies.prefix),
        bind,
        address: judged.clientAddress,
      });
      return admission instanceof Promise
        ? admission.then((settled) => carryOut(exchange, classified, live, settled, isLetBy))
        : carryOut(exchange, classified, live, admission, isLetBy);
    };
    const standing = parts.standing.read(live, rooms.view(live), carried, bind);
    if (!(standing instanceof Promise)) return admit(standing);
    return isLetBy ? standing.catch(() => UNREAD).then(admit) : standing.then(admit);
  }

  function carryOut(
    exchange: Exchange,
    classified: InRoom,
    live: LiveRoom,
    admission: Admission,
    isLetBy: boolean,
  ): Promise<void> | undefined {
    if (isLetBy) {
      const inside = admission.kind === 'pass-on' ? admission : null;
      return parts.passOn(exchange, classified, live, inside, 'bypassed');
    }
    const isObserved = live.settings.mode === 'observe';
    if (admission.kind === 'pass-on')
      return parts.passOn(exchange, classified, live, admission, isObserved ? 'observed' : admission.state);
    if (!isObserved) {
      teller.tellRoom(exchange, live, admission);
      return undefined;
    }
    parts.onWouldWait(exchange, live, admission);
    return parts.passOn(
      exchange,
      classified,
      live,
      null,
      'observed',
      teller.placeHeaders(exchange, live, admission),
    );
  }

  /** People who had the form open when a rule moved its address into a room may still send it. */
  function wasHereBefore({ judged, request }: Exchange, live: LiveRoom, asker: Asker): boolean {
    return (
      asker === 'form' &&
      sameOriginReferer(request.headers, judged.authority, judged.scheme) &&
      parts.movedLately(judged, live)
    );
  }

  function refuse(exchange: Exchange, { code, detail }: Refusal): undefined {
    teller.tellTrouble(exchange, { code, state: 'refused', detail, close: true });
    return undefined;
  }

  function broken(exchange: Exchange, error: unknown): void {
    const { trouble, isExpected } = serveTroubleOf(error);
    if (!isExpected) parts.log.say('error', { error, requestId: exchange.id }, 'a request broke the gateway');
    if (exchange.response.headersSent) exchange.response.destroy();
    else teller.tellTrouble(exchange, trouble);
  }
}

/** What cannot be read while the store is lost does not keep a room closed that an operator opened. */
const UNREAD: Standing = { kind: 'none' };

type InRoom = Classified & { kind: 'room' };

type Refusal = Classified & { kind: 'refused' };
