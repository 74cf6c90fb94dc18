/** What a visitor may ask about the own place: see it, and take one. */
import type { Settings } from '../../config/settings.ts';
import { headerOf } from '../answer.ts';
import type { ErrorCode } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { RoomView } from '../line/words.ts';
import type { Message } from '../page/words.ts';
import type { GateState } from '../request/admission.ts';
import { cookieAttributes, setCookie, ticketCookie } from '../request/cookies.ts';
import { isByInvitation } from '../request/invitations.ts';
import type { Overrides } from '../request/overrides.ts';
import type { Place } from '../request/places.ts';
import type { Offer } from '../request/price/offer.ts';
import type { LiveRoom } from '../request/rooms.ts';
import type { Carried } from '../request/standing.ts';
import type { Ticket } from '../request/token-claims.ts';
import type { Tokens } from '../request/tokens.ts';
import { type Asked, type AskedParts, createAsk } from './asked.ts';
import { saysOfInvitation, type TakeInvited } from './invited-place.ts';
import type { ProvePlace } from './proved-place.ts';
import { sendJson } from './reply.ts';
import { createTakePlace, type TakePlaceParts } from './take-place.ts';

export interface PlaceParts extends AskedParts, Omit<TakePlaceParts, 'rooms' | 'places'> {
  settings: Settings;
  overrides: Overrides;
  tokens: Tokens;
  messages(room: string | null): readonly Message[];
  takeInvited: TakeInvited;
  offer: Offer;
  prove: ProvePlace;
  refuse(exchange: Exchange, code: ErrorCode, detail: string, retryAfterSeconds?: number): void;
}

/** Somebody inside has nothing to wait for; a page that asks all the same asks seldom. */
const INSIDE_POLL_SECONDS = 30;

export function createPlaceRoutes(parts: PlaceParts) {
  const { settings, tokens, places, outages } = parts;
  const ask = createAsk(parts);
  const takeOrdinary = createTakePlace(parts);

  /** For a place in a later lane: its lane, and the work that exchanges it. */
  function offered({ room, view, exchange }: Asked, held: Ticket) {
    const proof = parts.offer(room, held, exchange.judged.clientAddress, view.at);
    return proof === null ? {} : { lane: held.lane, proof };
  }

  function documentOf(asked: Asked, ticket: Ticket, place: Place) {
    const { room, view } = asked;
    return {
      ...offered(asked, ticket),
      room: room.name,
      // Who waits goes by like everybody else, as soon as the page asks for the address again.
      state: parts.overrides.of(room.name)?.action === 'bypass' ? 'called' : stateOf(view, place),
      lane: ticket.lane,
      byInvitation: isByInvitation(ticket.id),
      number: place.number,
      prequeueNumber: prequeueNumberOf(ticket),
      position: place.position,
      serving: place.serving,
      expectedWaitSeconds: place.expectedWait,
      pollAfterSeconds: place.pollAfterSeconds,
      claimBy: place.claimBy === null ? null : new Date(place.claimBy).toISOString(),
      messages: parts.messages(room.name),
    };
  }

  /** While the store is lost a place may be among the first at this gateway: then its visitor is told to go in. */
  function placeOf({ room, view }: Asked, ticket: Ticket): Place {
    const place = places.of(room, ticket, view);
    const outage = outages.of(room.name);
    if (!outage) return place;
    const isCalled = outages.mayHolderEnter(outage, ticket);
    return { ...place, isCalled, position: isCalled ? 0 : place.position };
  }

  async function ticket(exchange: Exchange, room: LiveRoom): Promise<void> {
    const asked = await ask(exchange, room);
    const { standing, view, carried } = asked;
    if (standing.kind === 'inside') {
      const { pass } = standing;
      const inside = {
        room: room.name,
        state: 'admitted',
        lane: pass.lane,
        number: pass.number,
        prequeueNumber: null,
        position: 0,
        serving: view.lanes[pass.lane]?.serving ?? 0,
        expectedWaitSeconds: null,
        pollAfterSeconds: INSIDE_POLL_SECONDS,
        claimBy: null,
        messages: parts.messages(room.name),
      };
      sendJson(exchange, 200, inside, 'admitted');
    } else if (standing.kind === 'ticket') {
      const place = places.of(room, standing.ticket, view);
      const document = documentOf(asked, standing.ticket, place);
      const own = await tokens.verifyTicket(standing.token, room.name, view.at);
      const newer =
        own.kind === 'valid' && tokens.maySign() ? places.newer(standing.ticket, own, view) : null;
      const headers = newer ? ticketHeaders(exchange, carried, newer, view) : [];
      sendJson(exchange, 200, document, document.state, ['cache-control', 'private, no-store', ...headers]);
    } else if (standing.kind === 'unknown-key') {
      sendJson(exchange, 200, keptOf(room, parts.messages(room.name)), 'held');
    } else parts.refuse(exchange, 'HG_NO_TICKET', `You have no place in the line of ${room.name}.`);
  }

  async function takePlace(exchange: Exchange, room: LiveRoom): Promise<void> {
    const asked = await ask(exchange, room);
    const { standing, view } = asked;
    if (standing.kind === 'ticket') return takeBetter(asked, standing.ticket);
    if (standing.kind === 'inside') {
      const { pass } = standing;
      const again: Ticket = {
        ...pass,
        serving: pass.number,
        servingAtJoin: pass.number,
        prequeue: false,
        provisional: null,
      };
      return sendPlace(asked, 200, again, view);
    }
    if (standing.kind === 'unknown-key')
      return parts.refuse(
        exchange,
        'HG_UNKNOWN_KEY',
        'The key of this ticket is not here at the moment; keep it and ask again shortly.',
      );
    if (!tokens.maySign())
      return parts.refuse(
        exchange,
        'HG_KEYS_MISSING',
        'This gateway lacks its signing keys; ask again shortly.',
      );
    const invited = await parts.takeInvited(asked);
    const taken =
      invited.kind === 'ordinary' ? await takeOrdinary(room, exchange.judged.clientAddress) : invited;
    if (taken.kind === 'priced') {
      return parts.refuse(
        exchange,
        'HG_TOO_MANY_NUMBERS',
        'Your network has taken many numbers of this line lately; ask again after retryAfterSeconds.',
        taken.retryMs / 1_000,
      );
    }
    if (taken.kind === 'closed') {
      return parts.refuse(
        exchange,
        taken.state === 'ended' ? 'HG_ENDED' : 'HG_SOLD_OUT',
        `${room.name} takes nobody any more.`,
      );
    }
    return sendPlace(asked, 201, taken.ticket, taken.view, saysOfInvitation(invited));
  }

  /** The same place again; for a proof of work, where one was asked for, one in the default lane. */
  async function takeBetter(asked: Asked, held: Ticket): Promise<void> {
    const { exchange, room, view, carried } = asked;
    const proof = headerOf(exchange, 'headgate-proof');
    const proved = tokens.maySign() ? await parts.prove(room, held, proof, view.at) : null;
    if (!proved) return sendPlace(asked, 200, held, view);
    const headers = ticketHeaders(exchange, carried, proved.ticket, proved.view);
    return sendPlace(asked, 201, proved.ticket, proved.view, headers);
  }

  function sendPlace(
    asked: Asked,
    status: number,
    held: Ticket,
    view: RoomView,
    headers: readonly string[] = [],
  ): void {
    const serving = view.lanes[held.lane]?.serving ?? 0;
    const newest = { ...held, serving: Math.max(held.serving, serving) };
    const place = placeOf({ ...asked, view }, newest);
    const { number, position, expectedWait, pollAfterSeconds } = place;
    const state = stateOf(view, place);
    const body = {
      ticket: tokens.signTicket(newest),
      room: asked.room.name,
      state,
      lane: newest.lane,
      number,
      prequeueNumber: prequeueNumberOf(newest),
      position,
      expectedWaitSeconds: expectedWait,
      pollAfterSeconds,
      ...offered(asked, newest),
    };
    sendJson(asked.exchange, status, body, state, ['cache-control', 'private, no-store', ...headers]);
  }

  function ticketHeaders(exchange: Exchange, carried: Carried, newer: Ticket, view: RoomView): string[] {
    const token = tokens.signTicket(newer);
    if (carried.byHeader) return ['headgate-ticket', token];
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const maxAgeSeconds = (newer.expiresAt - view.at) / 1_000;
    return [
      'set-cookie',
      setCookie(ticketCookie(settings.cookies.prefix, newer.room), token, { ...attributes, maxAgeSeconds }),
    ];
  }

  return { ticket, takePlace };
}

export type PlaceRoutes = ReturnType<typeof createPlaceRoutes>;

/** A ticket that cannot be read at the moment: kept as it is, and asked about again. */
function keptOf(room: LiveRoom, messages: readonly Message[]) {
  return {
    room: room.name,
    state: 'held',
    lane: null,
    number: null,
    prequeueNumber: null,
    position: null,
    serving: null,
    expectedWaitSeconds: null,
    pollAfterSeconds: 5,
    claimBy: null,
    messages,
  };
}

/** The number that the draw gave a rank to, or will; null: the place has no part in a draw. */
function prequeueNumberOf({ prequeue, number, prequeueNumber }: Ticket): number | null {
  return prequeueNumber ?? (prequeue ? number : null);
}

function stateOf(view: RoomView, place: Place): GateState {
  if (CLOSED.has(view.state)) return view.state as GateState;
  if (place.isCalled) return 'called';
  return view.state === 'held' || place.number === null ? 'held' : 'waiting';
}

const CLOSED: ReadonlySet<RoomView['state']> = new Set(['prequeue', 'paused', 'offline', 'soldout', 'ended']);
