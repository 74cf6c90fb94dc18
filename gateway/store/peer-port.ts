/** A small port of this process's own, by which other gateways learn that it lives: workers share the visitors' port, so that tells nothing of one process. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NOT_THIS_GATEWAY } from './ask-live.ts';

export interface PeerPort {
  /** What others ask: the id is in it, since a free port may be another gateway's tomorrow. */
  address: string;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 256;
const REQUEST_MS = 2_000;
const PATH = '/.headgate/live';

/** Listens on a free port of `host` until it is closed; holds no process alive. */
export function openPeerPort({ host, id }: { host: string; id: string }): Promise<PeerPort> {
  const asked = `${PATH}?gateway=${id}`;
  const server = createServer((request, response) => {
    response.writeHead(statusFor(request, asked), { connection: 'close', 'content-length': 0 }).end();
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Exclusive: workers of one first process would else all be given the same port, and one's life be another's.
    server.listen({ port: 0, host, exclusive: true }, () => {
      const { port } = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({ address: `http://${name}:${port}${asked}`, close: () => close(server) });
    });
  });
}

function statusFor({ url = '' }: IncomingMessage, asked: string): number {
  if (url === asked) return 200;
  return url.startsWith(PATH) ? NOT_THIS_GATEWAY : 404;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
