/** One route of the API: signed in, of the right role, fitting its schemas, for the right room, once, and answered with its tag. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusedRole, refusedRoom } from '../auth/roles.ts';
import type { Auth } from '../auth/words.ts';
import { AdminError } from '../errors.ts';
import type { Answer, Ask, Route } from '../words.ts';
import { actorOf } from './gatekeeper.ts';
import { hashOfRequest, type Idempotency } from './idempotency.ts';
import { isHeld, quoted, readIfMatch, requireIfMatch } from './preconditions.ts';
import { routeSchema } from './route-schema.ts';
import { createValidator } from './validation.ts';

export interface RouteParts {
  auth: Auth;
  idempotency: Idempotency;
  /** Null: the gateways listen to this process. */
  otherAdmin(): string | null;
}

/** `isStream`: answers for as long as somebody listens. */
export function addRoute(server: FastifyInstance, route: Route, parts: RouteParts, isStream = false): void {
  const validate = createValidator(route.schemas);
  server.route({
    method: route.method,
    url: route.path,
    // The head of an endless answer has no end.
    exposeHeadRoute: !isStream,
    schema: routeSchema(route, isStream),
    ...(route.mostBodyBytes === undefined ? {} : { bodyLimit: route.mostBodyBytes }),
    onRequest: async (request) => {
      const why = refusedRole(route, actorOf(request));
      if (why !== null) throw new AdminError('HG_FORBIDDEN', why);
    },
    handler: async (request, reply) => {
      const ask = askOf(request, parts.auth);
      validate(ask);
      const why = refusedRoom(route, ask);
      if (why !== null) throw new AdminError('HG_FORBIDDEN', why);
      if (route.method !== 'GET') refuseBesides(parts.otherAdmin());
      if (route.needsIfMatch) requireIfMatch(ask.ifMatch);
      return send(request, reply, await answerOf(route, ask, request, parts.idempotency));
    },
  });
}

/** What would be changed here would reach no gateway. */
function refuseBesides(other: string | null): void {
  if (other === null) return;
  const message = `${other} is the admin process of these gateways: ask there; nothing was changed`;
  throw new AdminError('HG_CONFLICT', message);
}

function askOf(request: FastifyRequest, auth: Auth): Ask {
  const actor = actorOf(request);
  const { authorization } = request.headers;
  return {
    params: request.params as Ask['params'],
    query: request.query as Ask['query'],
    // What it is, the schema has yet to judge.
    body: (request.body ?? null) as unknown as Ask['body'],
    actor,
    ifMatch: readIfMatch(request.headers['if-match']),
    lastEventId: headerOf(request, 'last-event-id') ?? null,
    mayGoOn: async () => {
      const again = await auth.signIn(authorization);
      return again.kind === 'actor' && JSON.stringify(again.actor) === JSON.stringify(actor);
    },
  };
}

function answerOf(
  route: Route,
  ask: Ask,
  request: FastifyRequest,
  idempotency: Idempotency,
): Promise<Answer> {
  const key = route.idempotent ? headerOf(request, 'idempotency-key') : undefined;
  if (key === undefined) return route.handle(ask);
  const hash = hashOfRequest(route.method, request.url, ask.body);
  return idempotency.once({ actor: ask.actor.name, key, request: hash }, () => route.handle(ask));
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  const { status, body, etag, headers } = answer;
  if (headers) reply.headers(headers);
  if (etag !== undefined) reply.header('etag', quoted(etag));
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && etag !== undefined && isHeld(etag, request.headers['if-none-match']))
    return reply.code(304).send();
  reply.code(status);
  if (body === undefined) return reply.send();
  if (body instanceof Readable) return reply.send(body);
  return reply
    .type(String(headers?.['content-type'] ?? 'application/json; charset=utf-8'))
    .send(textOf(body, headers));
}

/** A text of a type of its own goes out as it is. */
function textOf(body: unknown, headers: Answer['headers']): string {
  return typeof body === 'string' && headers?.['content-type'] ? body : JSON.stringify(body);
}
