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

/** Where a request is answered, and in whose books it stands. */
export interface House {
  ledger: Ledger;
  handler: RequestListener;
}

export interface DoorParts {
  ledger: Ledger;
  watch: Watch;
  mode: Mode;
  /** Of a rehearsal's visitors; null: the platform knows of none. */
  rehearsed: House | null;
}

export function createFrontDoor(
  handler: RequestListener,
  { ledger, watch, mode, rehearsed }: DoorParts,
): Server {
  const counted = new WeakSet<Socket>();
  const countConnection = (socket: Socket, { ledger: books }: House) => {
    if (counted.has(socket)) return;
    counted.add(socket);
    books.connected();
    socket.once('close', books.disconnected);
  };
  const real: House = { ledger, handler };
  const houseOf = (request: IncomingMessage) =>
    rehearsed !== null && isRehearsed(request) ? rehearsed : real;
  const isEndless = createEvery(() => mode.endlessEvery);
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    if (request.url?.startsWith(CONTROL_PREFIX)) return handler(request, response);
    const house = houseOf(request);
    countConnection(request.socket, house);
    countRequest(house.ledger, request, response);
    watch.request(request, response, () => {
      if (isEndless()) beginAnswer(request, response);
      else if (!answerByMode(mode, request, response)) house.handler(request, response);
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    const house = houseOf(request);
    countConnection(socket, house);
    house.ledger.arrived(request);
    socket.once('close', () => house.ledger.left(true, null));
    // The echo, which listens after this, leaves a socket alone that was answered.
    watch.upgrade(request, socket);
  });
  return server;
}

/** A gate says so, of a visitor who only plays. */
export function isRehearsed({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['headgate-rehearsal'] !== undefined;
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

/** True at every n-th call; 0: never. */
function createEvery(every: () => number): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    return every() > 0 && count % every() === 0;
  };
}

/** Its end never comes: the connection is the client's until the platform is restarted. */
function beginAnswer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/plain' }).write('begun\n');
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
