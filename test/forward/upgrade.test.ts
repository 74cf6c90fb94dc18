/** Laws of upgrades: WebSockets pass both ways, refusals pass as answers, and both ends end together. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type Gate,
  rawExchange,
  startGate,
  startPlatform,
  startRawPlatform,
  until,
  upstreamSettings,
} from './support.ts';

const MESSAGES = 10_000;

async function startEcho() {
  const platform = await startPlatform((_request, response) => response.end('http'));
  const sockets = new WebSocketServer({ server: platform.server });
  const headers: NodeJS.Dict<string | string[]>[] = [];
  sockets.on('connection', (socket, request) => {
    headers.push(request.headers);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return { platform, sockets, headers };
}

async function open(gate: Gate): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${gate.port}/ws?x=1`, {
    headers: { cookie: 'hg_p_a=1; s=2; hg_i_a=a.b.c', 'headgate-stamp': 'false' },
  });
  await once(socket, 'open');
  return socket;
}

const handshake = (extra = '') =>
  `GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;

describe('a WebSocket', () => {
  it(`echoes ${MESSAGES} messages in their order`, async () => {
    const { platform, headers } = await startEcho();
    let bytes = 0;
    const gate = await startGate(upstreamSettings([platform.url]), {
      onData: (count) => {
        bytes += count;
      },
    });
    const socket = await open(gate);
    const got: number[] = [];
    socket.on('message', (data) => got.push(Number(String(data))));
    for (let i = 0; i < MESSAGES; i++) socket.send(String(i));
    await until(() => got.length === MESSAGES);
    expect(got).toEqual(Array.from({ length: MESSAGES }, (_, i) => i));
    expect(bytes).toBeGreaterThan(MESSAGES * 8);
    expect(headers[0]).toMatchObject({
      'headgate-stamp': 'v1.stamp',
      cookie: 's=2',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(gate.forwarder.upstreams().platform).toMatchObject({ inFlight: 1, connections: 1 });
    socket.close();
    expect(await gate.outcome(0)).toMatchObject({ kind: 'answered', status: 101 });
    expect(gate.forwarder.upstreams().platform).toMatchObject({ inFlight: 0, connections: 0 });
  });

  it('ends at the platform when the gate ends it at the client, and the other way round', async () => {
    const { platform, sockets } = await startEcho();
    const gate = await startGate(upstreamSettings([platform.url]));
    const first = await open(gate);
    const [atPlatform] = [...sockets.clients];
    first.terminate();
    await once(atPlatform!, 'close');
    const second = await open(gate);
    for (const socket of sockets.clients) socket.terminate();
    await once(second, 'close');
    expect(await gate.outcome(1)).toMatchObject({ kind: 'answered', status: 101 });
  });

  it('ends when the forwarder closes', async () => {
    const { platform } = await startEcho();
    const gate = await startGate(upstreamSettings([platform.url]));
    const socket = await open(gate);
    gate.forwarder.close();
    await once(socket, 'close');
  });

  it('carries what was sent right behind the handshake, to either side', async () => {
    const platform = await startRawPlatform((socket) => {
      socket.removeAllListeners('data').pipe(socket);
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nheadgate-seats: 3\r\n\r\nhello',
      );
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const client = connect(gate.port, '127.0.0.1');
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    client.write(`${handshake()}early`);
    await until(() => text.includes('helloearly'));
    expect(text).toMatch(
      /^HTTP\/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nheadgate-state: admitted\r\n\r\nhelloearly$/,
    );
    expect(gate.answers).toEqual([
      { status: 101, session: null, seats: 3, build: null, isEventStream: false },
    ]);
    client.destroy();
  });

  it('that the platform refuses gets that answer, and the connection is closed', async () => {
    const platform = await startPlatform((_request, response) => response.end());
    platform.server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 403 Forbidden\r\nX-Why: not you\r\nContent-Length: 2\r\n\r\nno'),
    );
    const gate = await startGate(upstreamSettings([platform.url]));
    const text = await rawExchange(gate.port, handshake());
    expect(text).toMatch(/^HTTP\/1.1 403 Forbidden\r\nX-Why: not you\r\n[\s\S]*Connection: close\r\n\r\nno$/);
    expect(await gate.outcome(0)).toMatchObject({ kind: 'answered', status: 403 });
  });

  it('to a platform that is silent or gone fails, and nothing was written', async () => {
    const silent = await startRawPlatform(() => {});
    const timeouts = { connectMs: 2_000, headersMs: 50, bodyMs: 60_000 };
    const gate = await startGate(upstreamSettings([silent.url], { timeouts }));
    expect(await rawExchange(gate.port, handshake())).toMatch(/^HTTP\/1.1 502/);
    expect(gate.outcomes[0]).toMatchObject({ kind: 'failed', failure: 'headers-timeout' });
  });
});

describe('an upgrade that is no WebSocket', () => {
  it.each([
    [
      'to h2c',
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n',
    ],
    ['by POST', handshake().replace('GET', 'POST')],
    ['with a body', handshake('Content-Length: 5\r\n')],
    ['to several protocols', handshake().replace('websocket', 'websocket, h2c')],
  ])('%s never reaches the platform', async (_what, bytes) => {
    const platform = await startRawPlatform(() => {});
    const gate = await startGate(upstreamSettings([platform.url]));
    expect(await rawExchange(gate.port, bytes)).toMatch(/^HTTP\/1.1 502/);
    expect(platform.requests).toBe(0);
  });
});
