/** A platform that never closes one connection in so many: the answer begins, and its end never comes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { cleanUpLater } from '../../support/clean-up.ts';

export interface LeakyPlatform {
  url: string;
  /** Connections that are open, and those of them that never end. */
  connections(): number;
  leaked(): number;
}

const ANSWER_MS = 20;

/** `leakEvery` 0: it is healthy. */
export async function startLeakyPlatform(leakEvery: number): Promise<LeakyPlatform> {
  const sockets = new Set<Socket>();
  let requests = 0;
  let leaked = 0;
  const server: Server = createServer({ keepAliveTimeout: 75_000 }, (_request, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'text/plain' });
    const leaks = leakEvery > 0 && requests % leakEvery === 0;
    if (leaks) {
      leaked += 1;
      response.once('close', () => (leaked -= 1));
      response.write('begun\n');
    } else setTimeout(() => response.end('done\n'), ANSWER_MS);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connections: () => sockets.size, leaked: () => leaked };
}
