/**
 * A small, believable registration platform to protect. It knows nothing of Headgate, unless `integrated`, and keeps books of what
 * really reached it.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyServerFactory } from 'fastify';
import { parseBodies } from './bodies.ts';
import { type Books, createLedger, type Ledger } from './books.ts';
import { createDatabase, type Database } from './database.ts';
import { createFrontDoor, type House, isRehearsed } from './front-door.ts';
import { createIntegration } from './integration.ts';
import { healthyMode, type Mode } from './mode.ts';
import { createRegistrations } from './registrations.ts';
import { addBrowsing } from './routes/browsing.ts';
import { addControl } from './routes/control.ts';
import { isOfLimitedEvent } from './routes/event-of.ts';
import { addEcho, addStream } from './routes/live.ts';
import { addPrograms } from './routes/programs.ts';
import { addRegistration } from './routes/registration.ts';
import { createSessions } from './sessions.ts';
import { createWatch, type PlatformObserver } from './watch.ts';
import type { Premises } from './words.ts';

export interface PlatformOptions {
  /** 0 takes a free one. */
  port?: number;
  host?: string;
  idleSeconds?: number;
  /** Whether it tells a gate of sessions, registrations, seats and its build. */
  integrated?: boolean;
  /** The mode to begin in, where it differs from a healthy one. */
  mode?: Partial<Mode>;
  /** What it answers at `/.well-known/headgate-rehearsal`: it may be rehearsed with; needs `integrated`. */
  rehearsalToken?: string | undefined;
  /** Judges requests as a platform's own observer does, and reports them; needs `integrated`. */
  observer?: PlatformObserver;
}

export interface Platform {
  url: string;
  books: Books;
  /** Of a rehearsal's visitors; null: it knows of none. */
  rehearsalBooks: Books | null;
  mode: Mode;
  /** From now on as with the option `observer`. */
  observe(observer: PlatformObserver): Promise<void>;
  close(): Promise<void>;
}

/** Time that a request waits for the database until it is answered with 503. */
const PATIENCE_MS = 5000;
/** Time that requests in hand get when the platform closes. */
const CLOSING_MS = 500;

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const { port = 0, host = '127.0.0.1', idleSeconds = 600, integrated = false } = options;
  const mode = { ...healthyMode(), ...options.mode };
  const database = createDatabase(mode, PATIENCE_MS);
  const open = { ...options, mode, database, idleSeconds, integrated };
  const real = premisesOf(open);
  const played = integrated ? premisesOf(open) : null;
  const watch = await createWatch(integrated ? options.observer : undefined, (isStamped, request) =>
    (played !== null && isRehearsed(request) ? played : real).books.judged(isStamped),
  );

  const rehearsed = played === null ? null : await openHouse(played, open);
  const parts = { ledger: real.books, watch, mode, rehearsed };
  const app = createApp((handler) => createFrontDoor(handler, parts));
  furnish(app, { ...real, rehearsalBooks: played?.books ?? null }, open);
  const endEchoes = addEcho(app.server);
  await app.listen({ port, host });
  const end = () => {
    watch.stop();
    endEchoes();
  };
  return {
    ...{ url: urlOf(app.server, host), books: real.books, rehearsalBooks: played?.books ?? null },
    ...{ mode, observe: watch.observe },
    close: () => close(app, end),
  };
}

interface Opening {
  mode: Mode;
  /** One for all visitors: what a rehearsal asks of it is as real as anything. */
  database: Database;
  idleSeconds: number;
  integrated: boolean;
  rehearsalToken?: string | undefined;
}

/** Sessions, registrations and books of their own: real visitors have one set, those of a rehearsal another. */
function premisesOf({ mode, database, idleSeconds, integrated }: Opening) {
  const sessions = createSessions(idleSeconds * 1000, () => performance.now());
  const registrations = createRegistrations();
  const books = createLedger({ sessions, database, registrations });
  const integration = createIntegration(integrated, mode, registrations);
  return { mode, books, rehearsalBooks: null, sessions, registrations, integration };
}

/** The same pages for a rehearsal's visitors, behind the same door. */
async function openHouse(premises: Premises & { books: Ledger }, opening: Opening): Promise<House> {
  let handle: RequestListener = () => {};
  const app = createApp((handler) => {
    handle = handler;
    return createServer();
  });
  furnish(app, premises, opening);
  await app.ready();
  return { ledger: premises.books, handler: handle };
}

function createApp(serverFactory: FastifyServerFactory): FastifyInstance {
  const app = fastify({
    serverFactory,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
    forceCloseConnections: 'idle',
  });
  parseBodies(app);
  return app;
}

function furnish(app: FastifyInstance, premises: Premises, { database, ...opening }: Opening): void {
  addDatabase(app, database, premises);
  addRoutes(app, premises);
  const { integrated, rehearsalToken } = opening;
  if (integrated && rehearsalToken !== undefined)
    app.get('/.well-known/headgate-rehearsal', (_request, reply) =>
      reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(rehearsalToken),
    );
}

/** Every route with `queries` waits for the database first, and says 503 where that takes too long. */
function addDatabase(app: FastifyInstance, database: Database, premises: Premises): void {
  const { mode } = premises;
  let used = 0;
  app.addHook('preHandler', async (request, reply) => {
    const queries = request.routeOptions.config.queries ?? 0;
    if (queries === 0) return;
    used += 1;
    const leaks = mode.leakEvery > 0 && used % mode.leakEvery === 0;
    const isSpared = mode.slowEvents === 'limited' && !isOfLimitedEvent(premises, request);
    const outcome = await database.work({ queries, leaks, isSpared });
    if (outcome !== 'done') return reply.code(503).send({ error: `no answer from the database: ${outcome}` });
  });
}

function addRoutes(app: FastifyInstance, premises: Premises): void {
  app.addHook('onSend', async (_request, reply) => premises.integration.build(reply));
  app.options('*', (_request, reply) => reply.code(204).header('allow', 'GET, HEAD, POST, OPTIONS').send());
  addBrowsing(app, premises);
  addRegistration(app, premises);
  addPrograms(app, premises);
  addStream(app, premises);
  addControl(app, premises);
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function close(app: FastifyInstance, end: () => void): Promise<void> {
  end();
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSING_MS);
  await app.close();
  clearTimeout(timer);
}
