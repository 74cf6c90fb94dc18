/** Meets every request before the platform does: writes the books, and plays the modes that answer in the platform's place. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Ledger } from './books.ts';
import { covers, type Mode } from './mode.ts';
import type { Watch } from './watch.ts';

export const CONTROL_PREFIX = '/_platform/';

export function createFrontDoor(
  handler: RequestListener,
  { ledger, watch, mode }: { ledger: Ledger; watch: Watch; mode: Mode },
): Server {
  const counted = new WeakSet<Socket>();
  const countConnection = (socket: Socket) => {
    if (counted.has(socket)) return;
    counted.add(socket);
    ledger.connected();
    socket.once('close', ledger.disconnected);
  };
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    if (request.url?.startsWith(CONTROL_PREFIX)) return handler(request, response);
    countConnection(request.socket);
    countRequest(ledger, request, response);
    watch.request(request, response, () => {
      if (!answerByMode(mode, request, response)) handler(request, response);
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    countConnection(socket);
    ledger.arrived(request);
    socket.once('close', () => ledger.left(true, null));
    // The echo, which listens after this, leaves a socket alone that was answered.
    watch.upgrade(request, socket);
  });
  return server;
}

function countRequest(ledger: Ledger, request: IncomingMessage, response: ServerResponse): void {
  const startedAtMs = performance.now();
  ledger.arrived(request);
  response.once('close', () => {
    const isStream = String(response.getHeader('content-type')).startsWith('text/event-stream');
    const isWell = isStream || (response.writableFinished && response.statusCode < 500);
    ledger.left(isWell, isStream ? null : performance.now() - startedAtMs);
  });
}

/** Whether the mode has taken care of the request. */
function answerByMode(mode: Mode, request: IncomingMessage, response: ServerResponse): boolean {
  const path = (request.url ?? '/').split('?', 1)[0]!;
  if (mode.answer === null || !covers(mode.route, path)) return false;
  request.resume();
  if (mode.answer === '503') response.writeHead(503, { 'content-type': 'text/plain' }).end('out of order\n');
  else if (mode.answer === 'empty') response.writeHead(200, { 'content-length': 0 }).end();
  else if (mode.answer === 'reset') request.socket.resetAndDestroy();
  // 'hang' does nothing: the client's patience decides.
  return true;
}
