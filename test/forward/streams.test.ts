/** Laws of streams and slots: each side at the pace of the other, nobody works for a client that has left, and the bound on connections holds. */
import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  rawExchange,
  startGate,
  startPlatform,
  startRawPlatform,
  until,
  upstreamSettings,
} from './support.ts';

const MEGABYTE = Buffer.alloc(1 << 20, 'x');

describe('a client that leaves', () => {
  it('before the answer: its upstream request is cut at once', async () => {
    const closed = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const platform = await startPlatform((request) => {
      request.socket.on('close', () => closed.resolve());
      arrived.resolve();
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const abort = new AbortController();
    const answer = fetch(gate.url, { signal: abort.signal });
    await arrived.promise;
    abort.abort();
    await expect(answer).rejects.toThrow();
    await closed.promise;
    expect(await gate.outcome(0)).toMatchObject({ kind: 'aborted' });
  });

  it('in the middle of the answer: its upstream request is cut at once', async () => {
    const closed = Promise.withResolvers<void>();
    const platform = await startPlatform((_request, response) => {
      response.on('close', () => closed.resolve());
      response.write('some');
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const answer = await fetch(gate.url);
    await answer.body!.cancel();
    await closed.promise;
    expect(await gate.outcome(0)).toMatchObject({ kind: 'aborted' });
  });

  it('in the middle of its upload: its upstream request is cut at once', async () => {
    const closed = Promise.withResolvers<void>();
    const platform = await startPlatform((request) => {
      request.once('data', () => client.destroy());
      request.on('error', () => {}).on('close', () => closed.resolve());
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const client = connect(gate.port, '127.0.0.1');
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nsome');
    await closed.promise;
    expect(await gate.outcome(0)).toMatchObject({ kind: 'aborted' });
  });

  it('while its form is still coming: the platform hears nothing of it', async () => {
    const platform = await startPlatform((_request, response) => response.end());
    const gate = await startGate(upstreamSettings([platform.url]));
    const client = connect(gate.port, '127.0.0.1');
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nsome', () =>
      setTimeout(() => client.destroy(), 20),
    );
    expect(await gate.outcome(0)).toMatchObject({ kind: 'aborted' });
    expect(platform.requests).toBe(0);
  });

  it('of a pipelined request that is not its turn yet: that one is cut too', async () => {
    const platform = await startPlatform(() => {});
    const gate = await startGate(upstreamSettings([platform.url]));
    const client = connect(gate.port, '127.0.0.1');
    client.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => platform.requests === 2);
    client.destroy();
    expect(await gate.outcome(0)).toMatchObject({ kind: 'aborted' });
    expect(await gate.outcome(1)).toMatchObject({ kind: 'aborted' });
  });
});

describe('back-pressure', () => {
  it('of a client that reads nothing reaches the platform; when it reads, all of it comes', async () => {
    let written = 0;
    const platform = await startPlatform(async (_request, response) => {
      for (let i = 0; i < 20; i++) {
        written++;
        if (!response.write(MEGABYTE)) await once(response, 'drain');
      }
      response.end();
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const client = connect(gate.port, '127.0.0.1').pause();
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await until(() => written > 0);
    await settled(() => written);
    expect(written).toBeLessThan(20);
    let bytes = 0;
    client.on('data', (chunk) => {
      bytes += chunk.length;
    });
    client.resume();
    await once(client, 'close');
    expect(bytes).toBeGreaterThan(20 * MEGABYTE.length);
    expect(await gate.outcome(0)).toMatchObject({ kind: 'answered', bodyBytes: 20 * MEGABYTE.length });
  });

  it('of a platform that reads nothing reaches the client', async () => {
    let release = () => {};
    const platform = await startPlatform((request, response) => {
      release = () => request.resume().on('end', () => response.end('got it'));
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const client = httpRequest({ port: gate.port, host: '127.0.0.1', method: 'POST' });
    const answered = once(client, 'response');
    let sentMegabytes = 0;
    const pump = async () => {
      for (; sentMegabytes < 20; sentMegabytes++) if (!client.write(MEGABYTE)) await once(client, 'drain');
      client.end();
    };
    const pumped = pump();
    await until(() => platform.requests === 1);
    await settled(() => sentMegabytes);
    expect(sentMegabytes).toBeLessThan(20);
    release();
    await pumped;
    const [answer] = await answered;
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  it('of a client that takes nothing more for the body’s time-out frees the platform', async () => {
    const platform = await startPlatform((_request, response) => void response.end(Buffer.alloc(30 << 20)));
    const timeouts = { connectMs: 2_000, headersMs: 60_000, bodyMs: 60 };
    const gate = await startGate(upstreamSettings([platform.url], { timeouts }));
    const client = connect(gate.port, '127.0.0.1').pause();
    client.on('error', () => {});
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await gate.outcome(0)).toMatchObject({ kind: 'aborted' });
    client.destroy();
  });
});

describe('a body', () => {
  it('above the bound in chunks is refused, and the platform’s connection cut', async () => {
    const closed = Promise.withResolvers<void>();
    const platform = await startPlatform((request) => {
      request.on('error', () => {}).on('close', () => closed.resolve());
      request.resume();
    });
    const gate = await startGate(upstreamSettings([platform.url]), { maxBodyBytes: 100_000 });
    const client = httpRequest({ port: gate.port, host: '127.0.0.1', method: 'POST' });
    const answered = once(client, 'response');
    client.write(Buffer.alloc(90_000));
    await until(() => platform.requests === 1);
    client.end(Buffer.alloc(90_000));
    const [answer] = await answered;
    expect(answer.statusCode).toBe(502);
    answer.resume();
    expect(await gate.outcome(0)).toMatchObject({ kind: 'failed', failure: 'body-too-large' });
    await closed.promise;
  });

  it('above the bound by its length is refused before the platform hears of it', async () => {
    const platform = await startPlatform((_request, response) => response.end());
    const gate = await startGate(upstreamSettings([platform.url]), { maxBodyBytes: 10 });
    const text = await rawExchange(
      gate.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nConnection: close\r\n\r\nsomeThing11',
    );
    expect(text).toMatch(/^HTTP\/1.1 502[\s\S]*body-too-large/);
    expect(platform.requests).toBe(0);
  });

  it('that the platform refuses half way: its answer arrives, and the connection stays good', async () => {
    const platform = await startRawPlatform((socket, head) => {
      if (head.startsWith('POST')) socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno');
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const client = connect(gate.port, '127.0.0.1');
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n');
    client.write('x'.repeat(100_000));
    await until(() => text.includes('\r\n\r\nno'));
    client.write('x'.repeat(200_000));
    client.write('GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await once(client, 'close');
    expect(text).toMatch(/HTTP\/1.1 401[\s\S]*HTTP\/1.1 200 OK[\s\S]*ok$/);
  });
});

describe('the bound on connections', () => {
  it('is never exceeded, and those who wait are served in their order', async () => {
    const open: ServerResponse[] = [];
    const order: string[] = [];
    let most = 0;
    const platform = await startPlatform((request, response) => {
      order.push(request.url!);
      open.push(response);
      most = Math.max(most, open.length);
    });
    const gate = await startGate(upstreamSettings([platform.url], { maxConnections: 2 }));
    const answers = [];
    for (let i = 0; i < 6; i++) {
      answers.push(fetch(`${gate.url}/${i}`));
      await until(() => inFlightAndWaiting(gate) === i + 1);
    }
    for (let i = 0; i < 6; i++) {
      await until(() => open.length > 0);
      open.shift()!.end('ok');
    }
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    expect(most).toBe(2);
    expect(order).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
    expect(platform.connections).toBeLessThanOrEqual(2 + 1); // and the first look
  });

  it('ends the wait of those for whom nothing becomes free', async () => {
    const platform = await startPlatform(() => {});
    const timeouts = { connectMs: 2_000, headersMs: 100, bodyMs: 60_000 };
    const gate = await startGate(upstreamSettings([platform.url], { maxConnections: 1, timeouts }));
    const first = fetch(`${gate.url}/1`);
    await until(() => platform.requests === 1);
    const abort = new AbortController();
    const left = fetch(`${gate.url}/2`, { signal: abort.signal }).catch(() => 'left');
    await until(() => gate.forwarder.upstreams().platform!.waiting === 1);
    abort.abort();
    expect(await left).toBe('left');
    await until(() => gate.forwarder.upstreams().platform!.waiting === 0);
    expect(await (await first).text()).toBe('headers-timeout');
  });

  it('tells those who waited too long that all connections are busy', async () => {
    const platform = await startPlatform((_request, response) => void response.write('endless'));
    const timeouts = { connectMs: 2_000, headersMs: 50, bodyMs: 60_000 };
    const gate = await startGate(upstreamSettings([platform.url], { maxConnections: 1, timeouts }));
    const first = await fetch(`${gate.url}/1`);
    expect(await (await fetch(`${gate.url}/2`)).text()).toBe('busy');
    await first.body!.cancel();
    expect(platform.requests).toBe(1);
  });

  it('counts an aborted request for as long as requests take now: impatient reloads do not pile up', async () => {
    const SLOW_MS = 150;
    const startedAt: number[] = [];
    const platform = await startPlatform((_request, response) => {
      startedAt.push(performance.now());
      setTimeout(() => response.end('ok'), SLOW_MS);
    });
    const gate = await startGate(upstreamSettings([platform.url], { maxConnections: 1 }));
    await (await fetch(gate.url)).text(); // from here on the usual time is known
    const abort = new AbortController();
    const left = fetch(gate.url, { signal: abort.signal }).catch(() => performance.now());
    await until(() => platform.requests === 2);
    abort.abort();
    const leftAt = (await left) as number;
    await (await fetch(gate.url)).text();
    expect(startedAt[2]! - leftAt).toBeGreaterThanOrEqual(SLOW_MS * 0.9);
  });
});

function inFlightAndWaiting(gate: {
  forwarder: { upstreams(): Record<string, { inFlight: number; waiting: number }> };
}) {
  const { inFlight, waiting } = gate.forwarder.upstreams().platform!;
  return inFlight + waiting;
}

/** Resolves when the figure has stood still for a while. */
async function settled(figure: () => number): Promise<void> {
  for (let before = -1; before !== figure(); ) {
    before = figure();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
