/** The one port that all workers listen on: tried before any of them is made, so that a taken one is told once. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Address, GATEWAY_PORT, portRefused } from '../listen.ts';

/**
 * A free port where the configured one is 0. Throws HG_PORT_TAKEN. Another process may take the port before the first
 * worker has it: the window is that worker's start, and its refusal is then the same.
 */
export async function choosePort(address: Address): Promise<number> {
  const server = createServer();
  try {
    server.listen({ host: address.host, port: address.port, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    throw portRefused(error, address, GATEWAY_PORT);
  } finally {
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  }
}
