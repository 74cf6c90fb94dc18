/** A server that answers every command as a Redis of a given version answers INFO: older ones cannot be installed beside ours. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { cleanUpLater } from './clean-up.ts';

/** Resolves with its port. */
export async function startOldRedis(version: string): Promise<number> {
  const info = `redis_version:${version}\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n`;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const commands = bytes.toString().match(/^\*/gm)?.length ?? 0;
      socket.write(`$${info.length}\r\n${info}\r\n`.repeat(commands));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUpLater(() => server.close());
  return (server.address() as AddressInfo).port;
}
