/** Laws of a bound on requests in flight, with real sockets: the platform never has more, and what is shed was never sent. */
import { request, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { protectionWith } from './protection-support.ts';
import { type Gate, startGate, startPlatform, until, upstreamSettings } from './support.ts';

/** A platform that answers when it is told to. */
async function startHeldPlatform() {
  const held: ServerResponse[] = [];
  const platform = await startPlatform((request, response) => {
    if (request.url === '/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    } else held.push(response);
  });
  return { platform, held };
}

const ask = (gate: Gate, path: string, rank = 'registration', init: RequestInit = {}) =>
  fetch(`${gate.url}${path}`, { ...init, headers: { 'x-rank': rank } }).then((answer) => answer.text());

const gaugesOf = (gate: Gate) => gate.forwarder.gauges().platform!;
const waitingAt = (gate: Gate) => gate.forwarder.upstreams().platform!.waiting;

async function held(queueMs = 60_000, limit = 2) {
  const { platform, held } = await startHeldPlatform();
  const gate = await startGate(upstreamSettings([platform.url]));
  gate.forwarder.follow(protectionWith({ inFlight: { least: 1, queueMs } }));
  gate.forwarder.hold('platform', { inFlight: limit });
  return { platform, held, gate };
}

describe('a bound on requests in flight', () => {
  it('is never exceeded at the platform; the others are answered in their turn', async () => {
    const { platform, held: open, gate } = await held();
    const all = Promise.all(Array.from({ length: 12 }, (_, i) => ask(gate, `/${i}`)));
    let most = 0;
    for (let answered = 0; answered < 12; answered++) {
      await until(() => open.length > 0);
      most = Math.max(most, open.length);
      open.shift()!.end('ok');
    }
    expect(await all).toEqual(Array.from({ length: 12 }, () => 'ok'));
    expect([most <= 2, platform.requests]).toEqual([true, 12]);
    expect(gaugesOf(gate).inFlight.most).toBe(2);
  });

  it('sheds who waited for queueMs: nothing was sent, and no failure of the platform is counted', async () => {
    const { platform, held: open, gate } = await held(50);
    const served = [ask(gate, '/a'), ask(gate, '/b')];
    await until(() => open.length === 2);
    expect(await ask(gate, '/c', 'api', { method: 'POST', body: 'form' })).toBe('shed');
    expect(platform.requests).toBe(2);
    expect(gaugesOf(gate).shed).toEqual({ api: 1 });
    for (const response of open) response.end('ok');
    expect(await Promise.all(served)).toEqual(['ok', 'ok']);
    const { failures, window } = gate.forwarder.upstreams().platform!;
    expect([failures, window.errorShare]).toEqual([{}, 0]);
  });

  it('serves who is inside before an api client that came first', async () => {
    const { held: open, gate } = await held(60_000, 1);
    const first = ask(gate, '/first', 'staff');
    await until(() => open.length === 1);
    const order: string[] = [];
    // Each class has its turn by its guaranteed share: the second of the api waits for the form.
    const others = [
      ask(gate, '/api1', 'api'),
      ask(gate, '/api2', 'api'),
      ask(gate, '/form', 'registration inside'),
    ];
    await until(() => waitingAt(gate) === 3);
    for (let i = 0; i < 4; i++) {
      await until(() => open.length > 0);
      const next = open.shift()!;
      order.push(next.req.url!);
      next.end('ok');
    }
    await Promise.all([first, ...others]);
    expect(order.indexOf('/form')).toBeLessThan(order.indexOf('/api2'));
  });

  it('counts nobody who gave up while waiting', async () => {
    const { platform, held: open, gate } = await held(60_000, 1);
    const first = ask(gate, '/first');
    await until(() => open.length === 1);
    const leaver = new AbortController();
    const left = ask(gate, '/left', 'registration', { signal: leaver.signal }).catch(() => 'gone');
    await until(() => waitingAt(gate) === 1);
    leaver.abort();
    await until(() => waitingAt(gate) === 0);
    open[0]!.end('ok');
    expect([await left, await first, platform.requests]).toEqual(['gone', 'ok', 1]);
  });

  it('is not used up by event streams: they count until their head', async () => {
    const { held: open, gate } = await held(60_000, 1);
    const streams = await Promise.all([1, 2, 3].map(() => fetch(`${gate.url}/stream`)));
    const answer = ask(gate, '/page');
    await until(() => open.length === 1);
    expect(gaugesOf(gate)).toMatchObject({ streams: 3, inFlight: { now: 1 } });
    open[0]!.end('ok');
    expect(await answer).toBe('ok');
    await Promise.all(streams.map((stream) => stream.body!.cancel()));
    await until(() => gaugesOf(gate).streams === 0);
    expect(gate.forwarder.upstreams().platform!.inFlight).toBe(0);
  });

  it('is not used up by WebSockets', async () => {
    const { platform, held: open, gate } = await held(60_000, 1);
    new WebSocketServer({ server: platform.server });
    const sockets = [1, 2, 3].map(() => new WebSocket(`ws://127.0.0.1:${gate.port}/ws`));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))));
    const answer = ask(gate, '/page');
    await until(() => open.length === 1);
    expect(gaugesOf(gate)).toMatchObject({ streams: 3, inFlight: { now: 1 } });
    open[0]!.end('ok');
    expect(await answer).toBe('ok');
    for (const socket of sockets) socket.close();
    await until(() => gaugesOf(gate).streams === 0);
  });

  it('holds for impatient reloads: what was aborted keeps its slot, and reloads do not pile up', async () => {
    const { platform, held: open, gate } = await held(60_000, 2);
    const slow = ask(gate, '/slow');
    await until(() => open.length === 1);
    const learnedAt = performance.now() + 800; // the p50 of this platform
    await until(() => performance.now() > learnedAt);
    open.shift()!.end('ok');
    await slow;
    const impatient = new AbortController();
    const reloads = Array.from({ length: 10 }, (_, i) =>
      ask(gate, `/${i}`, 'registration', { signal: impatient.signal }).catch(() => 'gone'),
    );
    await until(() => open.length === 2 && waitingAt(gate) === 8);
    impatient.abort();
    await until(() => waitingAt(gate) === 0);
    const { inFlight } = gaugesOf(gate);
    expect([inFlight.now, inFlight.most, platform.requests]).toEqual([2, 2, 3]);
    await Promise.all(reloads);
    const again = ask(gate, '/again');
    await until(() => open.length === 3); // once the platform is thought to be done with one of them
    open[2]!.end('ok');
    expect(await again).toBe('ok');
  });

  it('leaves no trace where it is off', async () => {
    const { platform, held: open } = await startHeldPlatform();
    const gate = await startGate(upstreamSettings([platform.url]));
    gate.forwarder.follow(protectionWith({ mode: 'off' }));
    gate.forwarder.hold('platform', { inFlight: 1 });
    const all = Promise.all(Array.from({ length: 5 }, (_, i) => ask(gate, `/${i}`)));
    await until(() => open.length === 5);
    for (const response of open) response.end('ok');
    await all;
    expect(gaugesOf(gate)).toMatchObject({ limit: null, shed: {}, wouldShed: {} });
  });
});

describe('where connections alone bound an upstream', () => {
  const full = async (modes = {}, queueMs = 50, guaranteedShare = 0.1) => {
    const { platform, held: open } = await startHeldPlatform();
    const timeouts = { connectMs: 2_000, headersMs: 1_500, bodyMs: 2_000 };
    const gate = await startGate(upstreamSettings([platform.url], { maxConnections: 2, timeouts }));
    gate.forwarder.follow(protectionWith({ inFlight: { least: 1, queueMs }, guaranteedShare }, modes));
    const served = [ask(gate, '/a'), ask(gate, '/b')];
    await until(() => open.length === 2);
    return { platform, gate, open, served };
  };

  it('nobody waits for one longer than queueMs, nor behind more than are served in time', async () => {
    const { platform, gate, open, served } = await full();
    expect(await ask(gate, '/c', 'api')).toBe('shed');
    const late = await Promise.all(Array.from({ length: 25 }, (_, i) => ask(gate, `/${i}`)));
    expect(late).toEqual(Array.from({ length: 25 }, () => 'shed'));
    expect([platform.requests, gaugesOf(gate).shed]).toEqual([2, { api: 1, registration: 25 }]);
    for (const response of open) response.end('ok');
    expect(await Promise.all(served)).toEqual(['ok', 'ok']);
  });

  it('who is inside goes before an api client that came first', async () => {
    const { gate, open, served } = await full({}, 60_000, 0);
    const order: string[] = [];
    const later = (path: string, rank: string) => ask(gate, path, rank).then(() => order.push(rank));
    const api = later('/api', 'api');
    await until(() => waitingAt(gate) === 1);
    const inside = later('/form', 'registration inside');
    await until(() => waitingAt(gate) === 2);
    open.shift()!.end('ok');
    await until(() => open.length === 2);
    open.splice(0).forEach((response) => void response.end('ok'));
    await inside;
    await until(() => open.length === 1);
    open[0]!.end('ok');
    await Promise.all([api, ...served]);
    expect(order).toEqual(['registration inside', 'api']);
  });

  it('all wait as long as for an answer where nothing is to be shed', async () => {
    const { gate, served } = await full({ shed: 'off' });
    expect(await ask(gate, '/c')).toMatch(/busy|headers-timeout/);
    expect(gaugesOf(gate).shed).toEqual({});
    await Promise.all(served);
  });

  it('a large body waits no longer for its turn to be streamed either', async () => {
    const { platform } = await startHeldPlatform();
    const gate = await startGate(upstreamSettings([platform.url], { maxConnections: 2 }));
    gate.forwarder.follow(protectionWith({ inFlight: { least: 1, queueMs: 100 } }));
    const head = { 'content-length': 200_000 };
    const slow = request(gate.url, { method: 'POST', headers: head }).on('error', () => {});
    onTestFinished(() => void slow.destroy());
    slow.write(Buffer.alloc(100_000));
    await until(() => platform.requests === 1);
    const large = { method: 'POST', body: Buffer.alloc(4 << 20) };
    expect(await ask(gate, '/large', 'api', large)).toBe('shed');
    expect([platform.requests, gaugesOf(gate).shed]).toEqual([1, { api: 1 }]);
  });
});

describe('the gauges', () => {
  it('tell the oldest request and how many are long-running, streams left out', async () => {
    const { held: open, gate } = await held(60_000, 5);
    const { distress } = protectionWith();
    gate.forwarder.follow(protectionWith({ distress: { ...distress, longRunningSeconds: 0.05 } }));
    const stream = await fetch(`${gate.url}/stream`);
    const answer = ask(gate, '/old');
    await until(() => open.length === 1);
    await until(() => gaugesOf(gate).oldestMs > 50);
    const { longRunning, connections } = gaugesOf(gate);
    expect([longRunning, connections]).toEqual([1, 2]);
    open[0]!.end('ok');
    await answer;
    await stream.body!.cancel();
  });
});
