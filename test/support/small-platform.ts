/** A platform in a few lines, in the test's own process: tells what it got, holds answers back, and sends the headers it is asked for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { cleanUpLater } from './clean-up.ts';

export interface SmallPlatform {
  url: string;
  /** `METHOD /path?query` of every request, in the order of their arrival. */
  seen: string[];
  /** Requests to `/held…` that wait for `release`. */
  held(): number;
  /** Answers everything that is held. */
  release(): void;
}

/**
 * `/slow?ms=n` answers after n ms, `/held` when released, `/stream` sends an event each 50 ms, `/ws` echoes; everything else
 * answers at once with what it got. `?status=503&header=headgate-session:end` choose status and headers of an answer.
 */
export async function startSmallPlatform(): Promise<SmallPlatform> {
  const seen: string[] = [];
  const holding = new Set<() => void>();
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '/', 'http://platform');
    const answer = () => answerAs(url, request, response);
    request.resume();
    request.once('end', () => {
      if (url.pathname.startsWith('/held')) {
        const hold = () => {
          holding.delete(hold);
          answer();
        };
        holding.add(hold);
        response.once('close', () => holding.delete(hold));
      } else if (url.pathname === '/stream') stream(response);
      else if (url.pathname === '/slow') setTimeout(answer, Number(url.searchParams.get('ms')));
      else answer();
    });
  });
  const echo = new WebSocketServer({ server, path: '/ws' });
  echo.on('connection', (socket, request) => {
    seen.push(`${request.method} ${request.url}`);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => socket.terminate());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => {
    for (const client of echo.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    held: () => holding.size,
    release: () => {
      for (const answer of [...holding]) answer();
    },
  };
}

function answerAs({ pathname, searchParams }: URL, request: IncomingMessage, response: ServerResponse): void {
  for (const header of searchParams.getAll('header')) {
    const at = header.indexOf(':');
    response.setHeader(header.slice(0, at), header.slice(at + 1));
  }
  response.writeHead(Number(searchParams.get('status') ?? 200), { 'content-type': 'application/json' });
  response.end(JSON.stringify({ method: request.method, path: pathname, headers: request.headers }));
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const timer = setInterval(() => response.write('data: tick\n\n'), 50);
  response.once('close', () => clearInterval(timer));
}
