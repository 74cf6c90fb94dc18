/** Laws of forwarding in trouble: one request of the client's is one request at the platform, with one clear outcome. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  closedPort,
  rawExchange,
  startGate,
  startPlatform,
  startRawPlatform,
  upstreamSettings,
} from './support.ts';

const close = 'GET /x HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n';

describe('one request of the client is one request at the platform', () => {
  it('when the platform answers 503 with Retry-After: the answer is passed on', async () => {
    const platform = await startPlatform((_request, response) =>
      response.writeHead(503, { 'retry-after': '1' }).end('busy'),
    );
    const gate = await startGate(upstreamSettings([platform.url]));
    const answer = await fetch(`${gate.url}/x`);
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      503,
      '1',
      'busy',
    ]);
    expect(platform.requests).toBe(1);
    expect(gate.outcomes[0]).toMatchObject({ kind: 'answered', status: 503, bodyBytes: 4 });
  });

  it('when the platform resets the connection before it answers', async () => {
    const platform = await startRawPlatform((socket) => socket.resetAndDestroy());
    const gate = await startGate(upstreamSettings([platform.url]));
    const answer = await fetch(`${gate.url}/x`);
    expect(await answer.text()).toBe('reset');
    expect(platform.requests).toBe(1);
  });

  it('when the platform closes the connection without an answer', async () => {
    const platform = await startRawPlatform((socket) => socket.end());
    const gate = await startGate(upstreamSettings([platform.url]));
    expect(await (await fetch(`${gate.url}/x`)).text()).toBe('reset');
    expect(platform.requests).toBe(1);
  });

  it.each([
    ['by length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
    ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('when half an answer %s comes: the client sees that it is not whole', async (_how, half) => {
    const platform = await startRawPlatform((socket) =>
      socket.write(half, () => setImmediate(() => socket.destroy())),
    );
    const gate = await startGate(upstreamSettings([platform.url]));
    await expect(fetch(`${gate.url}/x`).then((answer) => answer.text())).rejects.toThrow();
    expect(platform.requests).toBe(1);
    expect(await gate.outcome(0)).toMatchObject({ kind: 'broken', status: 200 });
  });

  it('when half an answer comes for an HTTP/1.0 client: its connection is reset, not closed as if all were well', async () => {
    const platform = await startRawPlatform((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n', () =>
        setImmediate(() => socket.destroy()),
      ),
    );
    const gate = await startGate(upstreamSettings([platform.url]));
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      const socket = connect(gate.port, '127.0.0.1');
      socket
        .on('error', resolve)
        .on('end', () => resolve(null))
        .resume();
      socket.write('GET /x HTTP/1.0\r\nHost: a\r\n\r\n');
    });
    expect(error?.code).toBe('ECONNRESET');
  });

  it('when the platform is silent: the time-out for the head ends it', async () => {
    const platform = await startRawPlatform(() => {});
    const timeouts = { connectMs: 2_000, headersMs: 60, bodyMs: 60_000 };
    const gate = await startGate(upstreamSettings([platform.url], { timeouts }));
    expect(await (await fetch(`${gate.url}/x`)).text()).toBe('headers-timeout');
    expect(platform.requests).toBe(1);
  });

  it('when the platform stops in the middle: the time-out for the body ends it', async () => {
    const platform = await startRawPlatform((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'),
    );
    const timeouts = { connectMs: 2_000, headersMs: 60_000, bodyMs: 60 };
    const gate = await startGate(upstreamSettings([platform.url], { timeouts }));
    await expect(fetch(`${gate.url}/x`).then((answer) => answer.text())).rejects.toThrow();
    expect(await gate.outcome(0)).toMatchObject({ kind: 'broken', failure: 'body-timeout' });
    expect(platform.requests).toBe(1);
  });

  it('when nobody listens: refused, and told so', async () => {
    const gate = await startGate(upstreamSettings([`http://127.0.0.1:${await closedPort()}`]));
    expect(await (await fetch(`${gate.url}/x`)).text()).toBe('connect');
  });

  it.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['names two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'switches protocols unasked',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
    ['claims 101 without an upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('when the answer %s', async (_what, text) => {
    const platform = await startRawPlatform((socket) => socket.write(text));
    const gate = await startGate(upstreamSettings([platform.url]));
    const answer = await fetch(`${gate.url}/x`);
    expect([answer.status, await answer.text()]).toEqual([502, 'protocol']);
    expect(platform.requests).toBe(1);
  });

  it('when a connection dies idle: the next request takes a new one', async () => {
    const platform = await startPlatform((_request, response) => response.end('ok'));
    platform.server.keepAliveTimeout = 1;
    const gate = await startGate(upstreamSettings([platform.url]));
    expect(await (await fetch(gate.url)).text()).toBe('ok');
    platform.server.closeIdleConnections();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await (await fetch(gate.url)).text()).toBe('ok');
    expect(platform.requests).toBe(2);
  });

  it('when the request is one that nobody may forward: the platform never hears of it', async () => {
    const platform = await startPlatform((_request, response) => response.end('ok'));
    const gate = await startGate(upstreamSettings([platform.url]), { isOwnContinue: true });
    const h2c =
      'GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\nHTTP2-Settings: AA\r\n\r\n';
    expect(await rawExchange(gate.port, h2c)).toMatch(/^HTTP\/1.1 502/);
    expect(await rawExchange(gate.port, close)).toMatch(/^HTTP\/1.1 200/);
    expect(platform.requests).toBe(1);
  });
});
