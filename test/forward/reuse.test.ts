/** The law of reused connections: whatever clients and platform do, nobody gets another one's answer. */
import { Agent, request as httpRequest } from 'node:http';
import { expect, it } from 'vitest';
import { startGate, startPlatform, upstreamSettings } from './support.ts';

const REQUESTS = 2_000;
const CONNECTIONS = 8;

function fixedRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

it('no answer reaches the wrong client: random delays, aborts, bodies and broken answers over few connections', async () => {
  const random = fixedRandom(7);
  const platform = await startPlatform((request, response) => {
    const id = request.headers['x-id'] as string;
    const fate = random();
    request.resume();
    setTimeout(() => {
      if (fate < 0.03) request.socket.destroy();
      else if (fate < 0.06)
        response.writeHead(200, { 'content-length': 1_000 }).write(id, () => request.socket.destroy());
      else if (fate < 0.5) response.writeHead(200, { 'x-id': id, 'content-length': id.length }).end(id);
      else response.writeHead(200, { 'x-id': id }).end(id);
    }, random() * 6);
  });
  const gate = await startGate(upstreamSettings([platform.url], { maxConnections: CONNECTIONS }));
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  let [right, wrong, broken, aborted] = [0, 0, 0, 0];

  const ask = (id: string) =>
    new Promise<void>((resolve) => {
      const fate = random();
      const request = httpRequest({
        port: gate.port,
        host: '127.0.0.1',
        agent,
        method: fate < 0.3 ? 'POST' : 'GET',
        headers: { 'x-id': id },
      });
      request.on('error', () => {
        broken++;
        resolve();
      });
      request.on('response', (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('error', () => {
          broken++;
          resolve();
        });
        answer.on('end', () => {
          if (answer.statusCode === 502) broken++;
          else if (text === id && answer.headers['x-id'] === id) right++;
          else wrong++;
          resolve();
        });
      });
      request.end(fate < 0.3 ? id : undefined);
      if (fate > 0.9) setTimeout(() => request.destroy(), random() * 5).unref();
      if (fate > 0.9) aborted++;
    });

  const ids = Array.from({ length: REQUESTS }, (_, i) => `id-${i}`);
  const visitors = Array.from({ length: 40 }, async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) await ask(id);
  });
  await Promise.all(visitors);
  agent.destroy();
  expect(wrong).toBe(0);
  expect(right).toBeGreaterThan(REQUESTS / 2);
  expect(right + broken).toBe(REQUESTS);
  expect(aborted).toBeGreaterThan(100);
  expect(platform.requests).toBeLessThanOrEqual(REQUESTS);
  expect(gate.forwarder.upstreams().platform!.connections).toBeLessThanOrEqual(CONNECTIONS);
});
