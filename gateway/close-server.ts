/** Ends a listening server in order: no new connections, what is in flight is finished, and what takes longer is cut. */
import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often connections that have become idle are closed. */
const LOOK_MS = 100;

/** Make it before the server listens: it has to know every connection. */
export function createCloser(server: HttpServer): (withinMs: number) => Promise<void> {
  // Node forgets a connection that became a WebSocket's, and would wait for it for ever.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  return async (withinMs) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_MS);
    const late = sleep(withinMs, 'late', { ref: false });
    if ((await Promise.race([closed, late])) === 'late') for (const socket of sockets) socket.destroy();
    clearInterval(idle);
    await closed;
  };
}
