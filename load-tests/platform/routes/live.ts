/** What stays open: an echo over WebSocket, and a stream of server-sent events. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import type { Premises } from '../words.ts';
import { queryParameter } from './visitor.ts';

const DEFAULT_EVERY_MS = 1000;

/** `GET /stream`, an event each second, or each `?everyMs=`. */
export function addStream(app: FastifyInstance, premises: Premises): void {
  app.get('/stream', (request, reply) => {
    const everyMs = Math.max(10, Number(queryParameter(request, 'everyMs')) || DEFAULT_EVERY_MS);
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    let id = 0;
    const tell = () => {
      const { sessions } = premises.books.stats();
      stream.write(`id: ${++id}\nevent: visitors\ndata: ${JSON.stringify(sessions)}\n\n`);
    };
    tell();
    const timer = setInterval(tell, everyMs);
    stream.once('close', () => clearInterval(timer));
  });
}

/** `GET /ws` sends every message back as it came. Returns how to end all of them. */
export function addEcho(server: Server): () => void {
  const echo = new WebSocketServer({ noServer: true, maxPayload: 1_048_576 });
  echo.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => socket.terminate());
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    // The front door has refused it.
    if (socket.writableEnded) return;
    if (request.url?.split('?', 1)[0] === '/ws') {
      echo.handleUpgrade(request, socket, head, (client) => echo.emit('connection', client, request));
    } else {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }
  });
  return () => {
    for (const client of echo.clients) client.terminate();
  };
}
