/** What a visitor may ask about the own place: see it, take one, keep it alive, give it up. */
import { LRUCache } from 'lru-cache';
import type { Settings } from '../../config/settings.ts';
import type { ErrorCode } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { RoomView } from '../line/words.ts';
import type { Message } from '../page/words.ts';
import type { GateState } from '../request/admission.ts';
import { clearPlace, cookieAttributes, passCookie, setCookie, ticketCookie } from '../request/cookies.ts';
import type { Joins } from '../request/joins.ts';
import type { KeyRing } from '../request/keys.ts';
import type { Leases } from '../request/leases.ts';
import { bindDigest, issuePass } from '../request/passes.ts';
import { isFormPost, wantsJson } from '../request/person.ts';
import type { Place, Places } from '../request/places.ts';
import type { LiveRoom, Rooms } from '../request/rooms.ts';
import { type Carried, carriedTokens, type Standing, type StandingReader } from '../request/standing.ts';
import type { Ticket } from '../request/token-claims.ts';
import type { Tokens } from '../request/tokens.ts';
import type { Store } from '../store/store.ts';
import { sendJson, sendNothing } from './reply.ts';

export interface VisitorParts {
  settings: Settings;
  rooms: Rooms;
  store: Store;
  leases: Leases;
  joins: Joins;
  places: Places;
  tokens: Tokens;
  ring: KeyRing;
  standing: StandingReader;
  messages(room: string | null): readonly Message[];
  newId(): string;
  refuse(exchange: Exchange, code: ErrorCode, detail: string): void;
  tellLeft(exchange: Exchange, target: string, headers: readonly string[]): void;
}

/** Tickets given up here lately: their holders are told that they have none. */
const REMEMBERED_LEAVERS = 10_000;

interface Asked {
  exchange: Exchange;
  room: LiveRoom;
  view: RoomView;
  carried: Carried;
  standing: Standing;
  bind: string | null;
}

export function createVisitorRoutes(parts: VisitorParts) {
  const { settings, rooms, store, leases, tokens, places } = parts;
  const left = new LRUCache<string, true>({ max: REMEMBERED_LEAVERS });

  async function ask(exchange: Exchange, room: LiveRoom): Promise<Asked> {
    const { request, judged } = exchange;
    exchange.room = room.name;
    exchange.label = room.label;
    const view = rooms.view(room);
    const carried = carriedTokens(request.headers, room.name, settings.cookies.prefix);
    const bind = bindDigest(
      settings.passes.bind,
      parts.ring.set.stamp.sign,
      request.headers['user-agent'],
      judged.clientAddress,
    );
    const read = await parts.standing.read(room, view, carried, bind);
    const isGone = read.kind === 'ticket' && left.has(read.ticket.id);
    const standing: Standing = isGone
      ? { kind: 'none' }
      : read.kind === 'ticket'
        ? { ...read, ticket: places.afterOpening(read.ticket, view) }
        : read;
    return { exchange, room, view, carried, standing, bind };
  }

  function documentOf({ room, view }: Asked, ticket: Ticket, place: Place) {
    return {
      room: room.name,
      state: stateOf(view, place),
      lane: ticket.lane,
      number: place.number,
      position: place.position,
      serving: place.serving,
      expectedWaitSeconds: place.expectedWait,
      pollAfterSeconds: place.pollAfterSeconds,
      claimBy: place.claimBy === null ? null : new Date(place.claimBy).toISOString(),
      messages: parts.messages(room.name),
    };
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
        position: 0,
        serving: view.lanes[pass.lane]?.serving ?? 0,
        expectedWaitSeconds: null,
        pollAfterSeconds: 30,
        claimBy: null,
        messages: parts.messages(room.name),
      };
      sendJson(exchange, 200, inside, 'admitted');
    } else if (standing.kind === 'ticket') {
      const place = places.of(room, standing.ticket, view);
      const document = documentOf(asked, standing.ticket, place);
      const own = await tokens.verifyTicket(standing.token, room.name, view.at);
      const newer = own.kind === 'valid' ? places.newer(standing.ticket, own, view) : null;
      const headers = newer ? ticketHeaders(exchange, carried, newer, view) : [];
      sendJson(exchange, 200, document, document.state, ['cache-control', 'private, no-store', ...headers]);
    } else if (standing.kind === 'unknown-key') {
      sendJson(exchange, 200, keptOf(room, parts.messages(room.name)), 'held');
    } else parts.refuse(exchange, 'HG_NO_TICKET', `You have no place in the line of ${room.name}.`);
  }

  async function takePlace(exchange: Exchange, room: LiveRoom): Promise<void> {
    const asked = await ask(exchange, room);
    const { standing, view } = asked;
    if (standing.kind === 'ticket') return sendPlace(asked, 200, standing.ticket, view);
    if (standing.kind === 'inside') {
      const { pass } = standing;
      const again: Ticket = { ...pass, serving: pass.number, servingAtJoin: pass.number, prequeue: false };
      return sendPlace(asked, 200, again, view);
    }
    if (standing.kind === 'unknown-key')
      return parts.refuse(
        exchange,
        'HG_UNKNOWN_KEY',
        'The key of this ticket is not here at the moment; keep it and ask again shortly.',
      );
    const joined = await parts.joins.take(room.name, 'default', parts.newId());
    if (joined.kind === 'closed') {
      return parts.refuse(
        exchange,
        joined.state === 'ended' ? 'HG_ENDED' : 'HG_SOLD_OUT',
        `${room.name} takes nobody any more.`,
      );
    }
    return sendPlace(asked, 201, places.newTicket(room, joined), joined.view);
  }

  function sendPlace(asked: Asked, status: number, held: Ticket, view: RoomView): void {
    const serving = view.lanes[held.lane]?.serving ?? 0;
    const newest = { ...held, serving: Math.max(held.serving, serving) };
    const place = places.of(asked.room, newest, view);
    const { number, position, expectedWait, pollAfterSeconds } = place;
    const state = stateOf(view, place);
    const body = {
      ticket: tokens.signTicket(newest),
      room: asked.room.name,
      state,
      number,
      position,
      expectedWaitSeconds: expectedWait,
      pollAfterSeconds,
    };
    sendJson(asked.exchange, status, body, state);
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

  async function keepAlive(exchange: Exchange, room: LiveRoom): Promise<void> {
    const { standing, view, carried, bind } = await ask(exchange, room);
    const lease = standing.kind === 'inside' ? await leases.touch(room.name, standing.lease.id) : null;
    if (standing.kind !== 'inside' || !lease)
      return parts.refuse(exchange, 'HG_NO_TICKET', `You are not inside ${room.name}.`);
    const pass = await issuePass(
      tokens,
      room,
      view,
      { ...standing.pass, fence: view.fence },
      bind,
      lease.leaseUntil,
    );
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const maxAgeSeconds = (lease.leaseUntil - view.at) / 1_000 + room.settings.session.submitGraceSeconds;
    const carrier = carried.byHeader
      ? ['headgate-pass', pass]
      : [
          'set-cookie',
          setCookie(passCookie(settings.cookies.prefix, room.name), pass, { ...attributes, maxAgeSeconds }),
        ];
    sendNothing(exchange, 'admitted', [
      'headgate-session-expires',
      new Date(lease.leaseUntil).toISOString(),
      ...carrier,
    ]);
  }

  async function leave(exchange: Exchange, room: LiveRoom): Promise<void> {
    const { standing } = await ask(exchange, room);
    const wasThere = await giveUp(room, standing);
    const isPerson = isPersonsForm(exchange);
    // Another tab may have left before: a person who pressed the button is told the same.
    if (!wasThere && !isPerson)
      return parts.refuse(exchange, 'HG_NO_TICKET', `You have neither a place nor a slot in ${room.name}.`);
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const cleared = clearPlace(settings.cookies.prefix, room.name, attributes);
    const to = new URLSearchParams(exchange.judged.query).get('to');
    if (isPerson) parts.tellLeft(exchange, to ?? '/', cleared);
    else sendNothing(exchange, 'ended', cleared);
  }

  async function giveUp(room: LiveRoom, standing: Standing): Promise<boolean> {
    if (standing.kind === 'inside') {
      leases.end(room.name, standing.lease.id);
      return store.leave(room.name, standing.lease.id, 'left');
    }
    if (standing.kind !== 'ticket') return false;
    left.set(standing.ticket.id, true);
    await store.leave(room.name, standing.ticket.id, 'left', standing.ticket);
    return true;
  }

  return { ticket, takePlace, keepAlive, leave };
}

/** A ticket that cannot be read at the moment: kept as it is, and asked about again. */
function keptOf(room: LiveRoom, messages: readonly Message[]) {
  return {
    room: room.name,
    state: 'held',
    lane: null,
    number: null,
    position: null,
    serving: null,
    expectedWaitSeconds: null,
    pollAfterSeconds: 5,
    claimBy: null,
    messages,
  };
}

export type VisitorRoutes = ReturnType<typeof createVisitorRoutes>;

function stateOf(view: RoomView, place: Place): GateState {
  if (view.state !== 'open' && view.state !== 'engaged') return view.state;
  return place.isCalled ? 'called' : 'waiting';
}

/** Told by the form and what it accepts: browsers send no `Sec-Fetch-*` over plain http, old ones never do. */
function isPersonsForm({ request }: Exchange): boolean {
  return isFormPost('POST', request.headers) && !wantsJson(request.headers, 'registration');
}
