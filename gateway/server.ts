/** The listening server: bounds on connections, heads and silence, and one strict answer to what Node's parser refuses. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Settings } from '../config/settings.ts';
import { conversationOf } from './conversation.ts';
import type { Log } from './observe/logger.ts';
import { answerRaw } from './raw-answer.ts';

export interface ServerHandlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** How often Node looks for clients that are too slow. */
const CONNECTIONS_CHECK_MS = 1_000;

/** The parser's own bound lies above ours, so that a long URL and a large head can be told apart (414, 431). */
const PARSER_SLACK_BYTES = 131_072;

export function createGateServer(
  listen: Settings['listen'],
  handlers: ServerHandlers,
  log: Log,
): Server | TlsServer {
  const options = {
    maxHeaderSize: listen.maxHeaderBytes + listen.maxUrlBytes + PARSER_SLACK_BYTES,
    requestTimeout: 0,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    noDelay: true,
    requireHostHeader: false,
    insecureHTTPParser: false,
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    conversationOf(request.socket).take(() => handlers.request(request, response), request, response);
  const tls = listen.gateway.tls;
  const server = tls
    ? createTlsServer({ ...options, ...readPair(tls) }, onRequest)
    : createServer(options, onRequest);
  if (tls) reloadOnChange(server as TlsServer, tls, log);

  applyBounds(server, listen);
  server.on('timeout', (socket: Socket) => {
    if (conversationOf(socket).waitsForPlatform) socket.setTimeout(server.timeout);
    else socket.destroy();
  });
  // Node answers `100 Continue` when the body is first read; without this listener it would do so before we judged.
  server.on('checkContinue', onRequest);
  server.on('checkExpectation', onRequest);
  // Behind these two Node reads no further request.
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    conversationOf(socket).take(() => handlers.upgrade(request, socket, head), null, null),
  );
  server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
    conversationOf(socket).refuse(() => answerRaw(socket, 405), 405),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    log.sample('client-error', 'debug', () => ({ code: error.code }), 'request refused by the parser');
    // Bytes behind a request that closes the connection are nobody's.
    if (error.code === 'HPE_CLOSED_CONNECTION') return;
    const status = statusOf(error);
    conversationOf(socket).refuse(() => answerRaw(socket, status), status);
  });
  return server;
}

/** Also after a reload: what may change while the server listens. */
export function applyBounds(server: Server | TlsServer, listen: Settings['listen']): void {
  server.headersTimeout = listen.headersSeconds * 1_000;
  server.keepAliveTimeout = listen.keepAliveSeconds * 1_000;
  server.maxConnections = listen.maxConnections;
  // One of several processes would else hand those beyond back, to be offered to it again.
  Object.assign(server, { dropMaxConnection: true });
  server.timeout = listen.requestIdleSeconds * 1_000;
}

function readPair(tls: { cert: string; key: string }) {
  return { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
}

function reloadOnChange(server: TlsServer, tls: { cert: string; key: string }, log: Log): void {
  const reload = () => {
    try {
      server.setSecureContext(readPair(tls));
      log.say('info', { cert: tls.cert }, 'certificate reloaded');
    } catch (error) {
      log.say(
        'error',
        { cert: tls.cert, error: String(error) },
        'certificate not reloaded; the old one stays',
      );
    }
  };
  for (const file of [tls.cert, tls.key]) watchFile(file, { interval: 2_000, persistent: false }, reload);
  server.on('close', () => {
    for (const file of [tls.cert, tls.key]) unwatchFile(file, reload);
  });
}

function statusOf(error: NodeJS.ErrnoException): number {
  if (error.code === 'HPE_HEADER_OVERFLOW') return 431;
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return 400;
}
