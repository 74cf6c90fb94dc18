/** The listening server: bounds on connections, heads and silence, and one strict answer to what Node's parser refuses. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Settings } from '../config/settings.ts';
import type { Log } from './observe/logger.ts';

export interface ServerHandlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** How often Node looks for clients that are too slow. */
const CONNECTIONS_CHECK_MS = 1_000;

/** The parser's own bound lies above ours, so that a long URL and a large head can be told apart (414, 431). */
const PARSER_SLACK_BYTES = 65_536;

const closing = new WeakSet<object>();

/** The exchange that a connection is in, so that nothing is ever written into the middle of an answer. */
const underWay = new WeakMap<object, { request: IncomingMessage; response: ServerResponse }>();

/** After such an answer nothing that was pipelined behind the request is looked at. */
export function closeAfterAnswer(response: ServerResponse): void {
  response.setHeader('connection', 'close');
  if (response.socket) closing.add(response.socket);
}

export function createGateServer(
  listen: Settings['listen'],
  handlers: ServerHandlers,
  log: Log,
): Server | TlsServer {
  const options = {
    maxHeaderSize: listen.maxHeaderBytes + listen.maxUrlBytes + PARSER_SLACK_BYTES,
    headersTimeout: listen.headersSeconds * 1_000,
    requestTimeout: 0,
    keepAliveTimeout: listen.keepAliveSeconds * 1_000,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    noDelay: true,
    requireHostHeader: false,
    insecureHTTPParser: false,
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    if (closing.has(socket)) {
      socket.destroy();
      return;
    }
    underWay.set(socket, { request, response });
    handlers.request(request, response);
  };
  const tls = listen.gateway.tls;
  const server = tls
    ? createTlsServer({ ...options, ...readPair(tls) }, onRequest)
    : createServer(options, onRequest);
  if (tls) reloadOnChange(server as TlsServer, tls, log);

  server.maxConnections = listen.maxConnections;
  server.timeout = listen.requestIdleSeconds * 1_000;
  server.on('timeout', (socket: Socket) => {
    if (waitsForPlatform(socket)) socket.setTimeout(server.timeout);
    else socket.destroy();
  });
  // Node answers `100 Continue` when the body is first read; without this listener it would do so before we judged.
  server.on('checkContinue', onRequest);
  server.on('checkExpectation', onRequest);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (closing.has(socket)) socket.destroy();
    else handlers.upgrade(request, socket, head);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => answerRaw(socket, 405));
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    log.sample('client-error', 'debug', () => ({ code: error.code }), 'request refused by the parser');
    if (isAnswering(socket)) socket.destroy();
    else answerRaw(socket, statusOf(error));
  });
  return server;
}

function isAnswering(socket: Socket): boolean {
  const exchange = underWay.get(socket);
  return exchange !== undefined && !exchange.response.writableFinished;
}

/** The client has sent everything and taken everything: its silence is not its fault (a quiet event stream). */
function waitsForPlatform(socket: Socket): boolean {
  return (
    isAnswering(socket) && underWay.get(socket)?.request.complete === true && socket.writableLength === 0
  );
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

/** An answer on the bare socket, for requests that never became one. */
export function answerRaw(socket: Duplex, status: number, headers: readonly string[] = [], body = ''): void {
  if (socket.destroyed) return;
  closing.add(socket);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'headgate-state: refused',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  socket.once('finish', () => socket.destroy());
}
