/** The reserved paths under the prefix, as a flat list: who asks for what. */

import type { IncomingHttpHeaders } from 'node:http';
import fastify, { type FastifyInstance, type FastifyServerFactory } from 'fastify';
import type { ErrorCode } from '../errors.ts';
import { type Exchange, exchangeOf } from '../exchange.ts';
import { type HealthSources, readiness } from '../observe/health.ts';
import { describeProblem } from '../page/errors-page.ts';
import { renderStatus } from '../page/status.ts';
import type { Message } from '../page/words.ts';
import type { KeyRing } from '../request/keys.ts';
import type { Override, Overrides } from '../request/overrides.ts';
import { wantsJson } from '../request/person.ts';
import type { LiveRoom, Rooms } from '../request/rooms.ts';
import { sameOrigin } from '../request/same-origin.ts';
import { carriedTokens } from '../request/standing.ts';
import type { PlaceRoutes } from './place.ts';
import { MAX_BODY_BYTES, refusalOf } from './refusals.ts';
import { sendBody, sendJson } from './reply.ts';
import type { SessionRoutes } from './session.ts';
import type { Status } from './status.ts';

export interface ReservedParts {
  rooms: () => Rooms;
  place: () => PlaceRoutes;
  session: () => SessionRoutes;
  status: () => Status;
  ring: KeyRing;
  /** Every live gateway and how it stands with its keys; null: there is but this one. */
  gateways(): readonly { name: string; keys: 'ok' | 'missing' }[] | null;
  health: HealthSources;
  messages(room: string | null): readonly Message[];
  overrides: Overrides;
  refuse(exchange: Exchange, code: ErrorCode, detail: string): void;
  serverFactory: FastifyServerFactory;
  prefix: string;
  cookiePrefix: string;
}

type RoomHandler = (exchange: Exchange, room: LiveRoom) => void | Promise<void>;

export function createReserved(parts: ReservedParts): FastifyInstance {
  const server = fastify({
    serverFactory: parts.serverFactory,
    bodyLimit: MAX_BODY_BYTES,
    logger: false,
    forceCloseConnections: false,
    // What the parser refuses is answered by the server; a second answer would be taken for another request's.
    clientErrorHandler: () => {},
  });
  const { prefix, ring, health, refuse } = parts;
  const fail = (exchange: Exchange, error: Error) => {
    const { code, detail } = refusalOf(error);
    if (exchange.response.headersSent) exchange.response.destroy();
    else refuse(exchange, code, detail);
  };
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    payload.on('end', () => done(null));
  });

  const get = (path: string, handle: (exchange: Exchange) => void) =>
    server.get(`${prefix}${path}`, (request, reply) => {
      reply.hijack();
      handle(exchangeOf(request.raw));
    });
  const inRoom = (method: 'GET' | 'POST', path: string, handle: RoomHandler) =>
    server.route<{ Params: { room: string } }>({
      method,
      url: `${prefix}/rooms/:room/${path}`,
      handler: async (request, reply) => {
        reply.hijack();
        const exchange = exchangeOf(request.raw);
        try {
          await answerInRoom(exchange, request.params.room, method === 'POST', handle);
        } catch (error) {
          // The router answers no more for what was taken from it: who asked would wait for ever.
          fail(exchange, error as Error);
        }
      },
    });
  const answerInRoom = async (exchange: Exchange, name: string, isPost: boolean, handle: RoomHandler) => {
    const { headers } = exchange.request;
    if (isPost && !sameOrigin(headers, exchange.judged.authority, exchange.judged.scheme))
      return refuse(
        exchange,
        'HG_CROSS_SITE',
        'Posts under the reserved prefix are taken from pages of this site only.',
      );
    const room = await findRoom(name, headers, isPost);
    if (!room) return refuse(exchange, 'HG_NO_ROOM', `There is no room ${JSON.stringify(name)}.`);
    return handle(exchange, room);
  };
  const findRoom = (
    name: string,
    headers: IncomingHttpHeaders,
    isPost: boolean,
  ): LiveRoom | undefined | Promise<LiveRoom> => {
    const named = parts.rooms().named(name);
    if (!named) return parts.rooms().get(name);
    const live = parts.rooms().get(named.room);
    if (live) return live;
    // A room that was lost comes back with the first of its visitors, who asks for nothing but the own place.
    const mayMake = isPost || holdsPlace(headers, named.room, parts.cookiePrefix);
    return mayMake ? parts.rooms().enter(named.room, named.template) : undefined;
  };

  inRoom('GET', 'status', (exchange, room) => void parts.status().send(exchange, room.name));
  inRoom('GET', 'ticket', (exchange, room) => parts.place().ticket(exchange, room));
  inRoom('POST', 'tickets', (exchange, room) => parts.place().takePlace(exchange, room));
  inRoom('POST', 'keepalive', (exchange, room) => parts.session().keepAlive(exchange, room));
  inRoom('POST', 'leave', (exchange, room) => parts.session().leave(exchange, room));
  get('/jwks.json', (exchange) =>
    sendJson(exchange, 200, ring.jwks(), 'bypassed', ['cache-control', 'public, max-age=300']),
  );
  get('/live', (exchange) => sendJson(exchange, 200, { live: true }, 'bypassed'));
  get('/ready', (exchange) => {
    const { status, body } = readiness(health);
    sendJson(exchange, status, body, 'bypassed');
  });
  get('/status', (exchange) => sendStatus(parts, exchange));
  server.get<{ Params: { slug: string } }>(`${prefix}/problems/:slug`, (request, reply) => {
    reply.hijack();
    const exchange = exchangeOf(request.raw);
    const page = describeProblem(request.params.slug);
    if (page) sendBody(exchange, 200, page.html, 'bypassed', page.headers);
    else refuse(exchange, 'HG_NOT_FOUND', 'There is no such problem.');
  });

  server.setNotFoundHandler((request, reply) => {
    reply.hijack();
    refuse(exchangeOf(request.raw), 'HG_NOT_FOUND', 'There is nothing at this address.');
  });
  server.setErrorHandler((error: Error, request, reply) => {
    reply.hijack();
    fail(exchangeOf(request.raw), error);
  });
  return server;
}

/** Rooms of one template share its title: their names tell them apart. */
function titleOf({ name, template, settings }: LiveRoom): string | null {
  const { title } = settings.page;
  return title !== null && name !== template ? `${title} · ${name}` : title;
}

function sendStatus(parts: ReservedParts, exchange: Exchange): void {
  const messages = parts.messages(null);
  const toAll = new Set(messages.map(keyOf));
  const live = [...parts.rooms().all()].map((room) => ({
    view: parts.rooms().view(room),
    title: titleOf(room),
    override: parts.overrides.of(room.name) ?? null,
    maintenance: room.settings.maintenance,
    messages: parts.messages(room.name).filter((message) => !toAll.has(keyOf(message))),
  }));
  const at = new Date();
  const { headers } = exchange.request;
  // By `Accept` alone: the page's own script asks for the page too.
  if (wantsJson({ accept: headers.accept }, 'registration')) {
    const rooms = live.map(({ view }) => parts.status().documentOf(view));
    const overrides = parts.overrides.all().map(publicOverride);
    const gateways = parts.gateways() ?? undefined;
    const document = { at: at.toISOString(), rooms, overrides, messages, gateways };
    sendJson(exchange, 200, document, 'bypassed', ['cache-control', 'public, max-age=1']);
    return;
  }
  const page = renderStatus({ at, rooms: live, messages }, headers['accept-language']);
  sendBody(exchange, 200, page.html, 'bypassed', page.headers);
}

const keyOf = ({ at, text }: Message) => `${at} ${text}`;

/** Why it was given is between operators. */
function publicOverride({ room, action, limit, until }: Override) {
  return { room, action, limit, until: new Date(until).toISOString() };
}

function holdsPlace(headers: IncomingHttpHeaders, room: string, cookiePrefix: string): boolean {
  const { ticket, pass } = carriedTokens(headers, room, cookiePrefix);
  return ticket !== undefined || pass !== undefined;
}
