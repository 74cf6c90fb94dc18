/** A port that nobody listens on, for programs that cannot be told to take port 0. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Another process may take the port before it is used: the window is a few milliseconds. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
