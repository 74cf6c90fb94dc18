/** Tells a visitor where things stand: a page to people, a problem document to programs. */
import type { Settings } from '../config/settings.ts';
import { answer, headerOf } from './answer.ts';
import { closeAfterAnswer } from './conversation.ts';
import { CATALOGUE, type ErrorCode } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { RoomView } from './line/words.ts';
import type { Pages } from './page/pages.ts';
import { problem } from './page/problem.ts';
import type { Message, PageModel } from './page/words.ts';
import { plainModel, roomModel } from './page-models.ts';
import type { GateState, Tell } from './request/admission.ts';
import {
  clearPlace,
  cookieAttributes,
  invitationCookie,
  setCookie,
  ticketCookie,
} from './request/cookies.ts';
import { addressWithout, asCookieValue } from './request/invitation-link.ts';
import { wantsJson } from './request/person.ts';
import type { Place, Places } from './request/places.ts';
import type { Offer } from './request/price/offer.ts';
import type { LiveRoom, Rooms } from './request/rooms.ts';
import { pageOf, statusOf, troublePage } from './tell-pages.ts';
import { detailOf, maintenanceOf, reopening, untilReopened } from './tell-words.ts';

export interface TellParts {
  settings: Settings;
  pages: Pages;
  places: Places;
  rooms: Rooms;
  messages(room: string | null): readonly Message[];
  offer: Offer;
}

/** What a problem or a failure needs beyond its code. */
export interface Trouble {
  code: ErrorCode;
  state: GateState;
  detail: string;
  retryAfterSeconds?: number;
  /** The connection is closed behind the answer. */
  close?: boolean;
}

/** Where nothing is known of the line, a program asks again after this long. */
const DEFAULT_RETRY_SECONDS = 5;

export function createTell(parts: TellParts) {
  const { settings, pages, places, rooms } = parts;

  function tellRoom(exchange: Exchange, room: LiveRoom, told: Tell): void {
    const view = rooms.view(room);
    const place = told.ticket ? places.of(room, told.ticket, view) : null;
    exchange.state = told.state;
    // A prefetched page must not be taken for an answer: only who navigates or posts a form is shown one.
    if (told.asker === 'other' || isProgram(exchange)) tellProgram(exchange, room, view, told, place);
    else tellPerson(exchange, room, view, told, place);
  }

  function tellProgram(
    exchange: Exchange,
    room: LiveRoom,
    view: RoomView,
    told: Tell,
    place: Place | null,
  ): void {
    const isApi = exchange.class === 'api';
    const { status } = CATALOGUE[told.code];
    const reopensAt = reopening(told, view);
    const seconds = retrySeconds(told, place, places);
    const document = problem(told.code, {
      prefix: settings.prefix,
      room: room.name,
      state: told.state,
      expectedWaitSeconds: place?.expectedWait ?? null,
      retryAfterSeconds: status === 410 ? undefined : untilReopened(seconds, reopensAt, view),
      reopensAt,
      detail: detailOf(told, view, maintenanceOf(room, view)),
      ...(status === 503 && isApi ? { status: 429 } : {}),
    });
    answer(exchange, document.status, document.headers, document.body);
  }

  function tellPerson(
    exchange: Exchange,
    room: LiveRoom,
    view: RoomView,
    told: Tell,
    place: Place | null,
  ): void {
    const maintenance = maintenanceOf(room, view);
    const kind = pageOf(told, maintenance);
    const status = statusOf(told, kind, room);
    const retryAfterSeconds = retrySeconds(told, place, places);
    const facts = {
      ...common(exchange),
      room,
      view,
      told,
      place,
      kind,
      status,
      retryAfterSeconds,
      proof: challengeFor(exchange, room, told, view),
      maintenance,
      detail: detailOf(told, view, maintenance),
    };
    const cookies = status < 500 ? ticketCookies(exchange, told, view) : [];
    const again = status === 429 || status === 503 ? askAgain(retryAfterSeconds) : [];
    sendPage(exchange, status, roomModel(exchange, facts), [...cookies, ...again]);
  }

  /** Whose turn it is has no need of another place. */
  function challengeFor(exchange: Exchange, room: LiveRoom, { state, ticket }: Tell, view: RoomView) {
    if (ticket === null || state === 'called' || room.settings.mode === 'observe') return null;
    return parts.offer(room, ticket, exchange.judged.clientAddress, view.at)?.challenge ?? null;
  }

  function ticketCookies(exchange: Exchange, told: Tell, view: RoomView): string[] {
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const { prefix } = settings.cookies;
    const cleared = told.dropRooms.flatMap((room) => clearPlace(prefix, room, attributes));
    if (told.issue === null || told.ticket === null) return cleared;
    if (headerOf(exchange, 'headgate-ticket') !== undefined) return ['headgate-ticket', told.issue];
    const maxAgeSeconds = (told.ticket.expiresAt - view.at) / 1_000;
    return [
      ...cleared,
      'set-cookie',
      setCookie(ticketCookie(prefix, told.ticket.room), told.issue, { ...attributes, maxAgeSeconds }),
    ];
  }

  /** Trouble outside of a line: a malformed request, a platform that failed. */
  function tellTrouble(exchange: Exchange, trouble: Trouble): void {
    exchange.state = trouble.state;
    if (trouble.close) closeAfterAnswer(exchange.response);
    const { status } = CATALOGUE[trouble.code];
    if (isProgram(exchange)) {
      const document = problem(trouble.code, {
        prefix: settings.prefix,
        state: trouble.state,
        detail: trouble.detail,
        retryAfterSeconds: trouble.retryAfterSeconds,
        ...(exchange.room ? { room: exchange.room } : {}),
      });
      answer(exchange, document.status, document.headers, document.body);
      return;
    }
    const kind = troublePage(exchange.judged.method, trouble.code);
    const { detail, retryAfterSeconds } = trouble;
    const facts = { ...common(exchange), kind, status, detail, retryAfterSeconds };
    sendPage(exchange, status, plainModel(exchange, facts, liveRoom(exchange)), askAgain(retryAfterSeconds));
  }

  /** To a person who gave up the place and would else stay on a page that is no longer true; `target` leads back. */
  function tellLeft(exchange: Exchange, target: string, headers: readonly string[]): void {
    exchange.state = 'ended';
    const facts = { ...common(exchange), kind: 'left' as const, status: 200, detail: null };
    sendPage(exchange, 200, { ...plainModel(exchange, facts, liveRoom(exchange)), target }, headers);
  }

  function sendPage(
    exchange: Exchange,
    status: number,
    model: PageModel,
    headers: readonly string[] = [],
  ): void {
    const page = pages.renderPage(model, headerOf(exchange, 'accept-language'));
    answer(exchange, status, headers.length === 0 ? page.headers : [...page.headers, ...headers], page.html);
  }

  function common(exchange: Exchange) {
    return { prefix: settings.prefix, messages: parts.messages(exchange.room) };
  }

  function liveRoom({ room }: Exchange): LiveRoom | undefined {
    return room === null ? undefined : rooms.get(room);
  }

  /** For a room in observe mode: the place that a visitor would have, sent along with the platform's answer. */
  function placeHeaders(exchange: Exchange, room: LiveRoom, told: Tell): string[] {
    return ticketCookies(exchange, told, rooms.view(room));
  }

  /** The same address again, without the invitation in it: that goes along as a cookie, and stays in no history and no referrer. */
  function keepInvitation(exchange: Exchange, room: LiveRoom, token: string): void {
    exchange.state = 'waiting';
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const maxAgeSeconds = settings.keys.ticketHours * 3_600;
    const name = invitationCookie(settings.cookies.prefix, room.name);
    const headers = [
      ...['location', addressWithout(exchange.judged), 'cache-control', 'private, no-store'],
      ...['referrer-policy', 'no-referrer'],
      ...['set-cookie', setCookie(name, asCookieValue(token), { ...attributes, maxAgeSeconds })],
    ];
    answer(exchange, 303, headers, '');
  }

  return { tellRoom, tellTrouble, tellLeft, placeHeaders, keepInvitation };
}

export type Teller = ReturnType<typeof createTell>;

function isProgram(exchange: Exchange): boolean {
  return wantsJson(exchange.request.headers, exchange.class);
}

function askAgain(retryAfterSeconds: number | undefined): string[] {
  return retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)];
}

function retrySeconds(told: Tell, place: Place | null, places: Places): number {
  if (told.retryMs !== null) return Math.max(1, Math.ceil(told.retryMs / 1_000));
  if (place) return Math.ceil(place.pollAfterSeconds);
  return told.state === 'held' ? places.heldPollSeconds() : DEFAULT_RETRY_SECONDS;
}
