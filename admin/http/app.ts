/** The admin API's server, made of routes: nothing wrong that is sent to it becomes more than a problem document. */
import fastify, { type FastifyInstance } from 'fastify';
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../../gateway/clock.ts';
import type { Auth } from '../auth/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { AdminLog } from '../log.ts';
import type { Route } from '../words.ts';
import { addRoute } from './add-route.ts';
import { eventRoutes } from './event-stream.ts';
import type { Events } from './events.ts';
import { guard } from './gatekeeper.ts';
import { createIdempotency } from './idempotency.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { problemOf, sendProblem } from './problems.ts';
import { refuseRaw } from './raw-refusal.ts';
import { addOpenAddresses, addReference } from './reference.ts';
import { addSecurityHeaders } from './security-headers.ts';

export interface AdminServerParts {
  /** All but the events', which are added here. */
  routes: readonly Route[];
  auth: Auth;
  data: ControlData;
  hub: Events;
  clock: Clock;
  log: AdminLog;
  version: string;
  /** Which other admin process the gateways listen to; null and absent: to this one. */
  otherAdmin?(): string | null;
  settings: { listen: Pick<Settings['listen'], 'trustedProxies' | 'keepAliveSeconds'> };
}

const MOST_BODY_BYTES = 1_048_576;
const MOST_HEAD_BYTES = 16_384;
const MOST_PARAMETER_LENGTH = 1_000;
const MOST_CONNECTIONS = 1_000;
/** A client that stops in the middle holds its connection for no longer than this. */
const SILENCE_MS = 60_000;
const REQUEST_MS = 30_000;
const HEADERS_MS = 15_000;

/** Listens where it is told to: `server.listen`. */
export function createAdminServer(parts: AdminServerParts): FastifyInstance {
  const server = createServer(parts);
  takeJsonAlone(server);
  addSecurityHeaders(server);
  tellProblems(server, parts.log);
  guard(server, parts.auth, parts.clock);
  addReference(server, parts.version);
  server.register(async (scope) => addRoutes(scope, parts));
  return server;
}

function addRoutes(scope: FastifyInstance, parts: AdminServerParts): void {
  const { routes, auth, data, hub, clock, log, otherAdmin = () => null } = parts;
  const live = eventRoutes(hub);
  const forRoutes = { auth, idempotency: createIdempotency(data, clock, log), otherAdmin };
  for (const route of routes) addRoute(scope, route, forRoutes);
  for (const route of live) addRoute(scope, route, forRoutes, true);
  addOpenAddresses(scope);
  refuseOtherMethods(scope, [...routes, ...live]);
}

function createServer({ log, settings }: AdminServerParts): FastifyInstance {
  const { trustedProxies, keepAliveSeconds } = settings.listen;
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: MOST_BODY_BYTES,
    connectionTimeout: SILENCE_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: keepAliveSeconds * 1_000,
    http: { maxHeaderSize: MOST_HEAD_BYTES, headersTimeout: HEADERS_MS },
    routerOptions: { maxParamLength: MOST_PARAMETER_LENGTH },
    ...(trustedProxies.length > 0 ? { trustProxy: [...trustedProxies] } : {}),
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, problemOf(error, log));
    },
    clientErrorHandler: refuseRaw,
  });
  server.server.maxConnections = MOST_CONNECTIONS;
  return server;
}

/** Bodies are JSON; an empty one is none, whatever its type says: clients send the type of a body with every request. */
function takeJsonAlone(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, null);
    else parseJson(request, body as string, done);
  });
  // Judged by our own validator, with all faults; answers go out as they are.
  server.setValidatorCompiler(() => () => true);
  server.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
}

function tellProblems(server: FastifyInstance, log: AdminLog): void {
  server.setErrorHandler((error, _request, reply) => sendProblem(reply, problemOf(error, log)));
  server.setNotFoundHandler(async () => {
    throw new AdminError('HG_NOT_THERE', 'there is nothing at this address; /docs tells what there is');
  });
}
