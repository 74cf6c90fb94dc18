import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askLive } from '../../gateway/store/ask-live.ts';
import { openPeerPort, type PeerPort } from '../../gateway/store/peer-port.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function peerPort(id: string): Promise<PeerPort> {
  const port = await openPeerPort({ host: '127.0.0.1', id });
  closing.push(port.close);
  return port;
}
async function listening(server: Server | HttpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/.headgate/live?gateway=a`;
}

describe('asking a gateway whether it lives', () => {
  it('one that lives says so', async () => {
    expect(await askLive((await peerPort('a')).address)).toBe('alive');
  });

  it('where nobody listens any more it is dead', async () => {
    const port = await peerPort('a');
    await port.close();
    expect(await askLive(port.address)).toBe('refused');
  });

  it('where another gateway has its port by now it is dead', async () => {
    const { address } = await peerPort('b');
    expect(await askLive(address.replace('gateway=b', 'gateway=a'))).toBe('refused');
  });

  it('one that takes the connection and says nothing cannot be judged, and is waited for a second', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket));
    const address = await listening(silent);
    const startedMs = performance.now();
    expect(await askLive(address)).toBe('unreachable');
    expect(performance.now() - startedMs).toBeGreaterThan(900);
    for (const socket of sockets) socket.destroy();
  });

  it('one that hangs up, or is something else altogether, cannot be judged', async () => {
    const rude = createServer((socket) => socket.destroy());
    expect(await askLive(await listening(rude))).toBe('unreachable');
    const other = createHttpServer((_request, response) => response.writeHead(404).end('not here'));
    expect(await askLive(await listening(other))).toBe('unreachable');
  });

  it.each(['', 'nonsense', 'ftp://x', 'http://', 'http://no-such-host.invalid/'])(
    'an address %j cannot be judged',
    async (address) => {
      expect(await askLive(address)).toBe('unreachable');
    },
  );
});
