/** A request that is cancelled ends at once for the client and for the platform, yet keeps its slot for as long as the platform may work on it. */
import { request as send } from 'undici';
import { expect, it } from 'vitest';
import type { Follower, UnderWay } from '../../gateway/forward/words.ts';
import { startGate, startPlatform, upstreamSettings } from './support.ts';

/** Follows all requests of a gate. */
function follower() {
  const underWay: UnderWay[] = [];
  const told: string[] = [];
  const follow: Follower = {
    onBegin: (begun) => void underWay.push(begun),
    onSent: (target) => void told.push(`sent ${target}`),
    onEnd: ({ kind }) => void told.push(kind),
  };
  return { underWay, told, follow };
}

it('before its answer: it is failed by "cancelled", and the platform’s connection is closed', async () => {
  const gone = Promise.withResolvers<void>();
  const platform = await startPlatform((_request, response) => void response.on('close', gone.resolve));
  const { underWay, told, follow } = follower();
  const gate = await startGate(upstreamSettings([platform.url]), { order: { follower: follow } });
  const asked = send(`${gate.url}/slow`);
  await expect.poll(() => told.length).toBe(1);
  underWay[0]?.cancel();
  const answer = await asked;
  expect([answer.statusCode, await answer.body.text()]).toEqual([502, 'cancelled']);
  await gone.promise;
  expect(told).toEqual([`sent ${platform.url}`, 'failed']);
  expect(gate.forwarder.upstreams().platform?.failures).toEqual({ cancelled: 1 });
  underWay[0]?.cancel();
  expect(gate.outcomes).toHaveLength(1);
});

it('in the midst of its answer: it is broken, and the client sees that it is not whole', async () => {
  const platform = await startPlatform((_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('begun');
  });
  const { underWay, told, follow } = follower();
  const gate = await startGate(upstreamSettings([platform.url]), { order: { follower: follow } });
  const answer = await send(`${gate.url}/half`);
  expect(answer.statusCode).toBe(200);
  underWay[0]?.cancel();
  await expect(answer.body.text()).rejects.toThrow();
  expect(told.at(-1)).toBe('broken');
});

it('while it waits for a connection: it leaves the queue, and nothing is sent', async () => {
  const held: (() => void)[] = [];
  const platform = await startPlatform((_request, response) => void held.push(() => response.end('done')));
  const { underWay, told, follow } = follower();
  const settings = upstreamSettings([platform.url], { maxConnections: 1 });
  const gate = await startGate(settings, { order: { follower: follow } });
  const first = send(`${gate.url}/1`);
  await expect.poll(() => held.length).toBe(1);
  const second = send(`${gate.url}/2`);
  await expect.poll(() => underWay.length).toBe(2);
  underWay[1]?.cancel();
  expect(await (await second).body.text()).toBe('cancelled');
  held[0]?.();
  expect(await (await first).body.text()).toBe('done');
  expect([platform.requests, told.filter((line) => line.startsWith('sent')).length]).toEqual([1, 1]);
});

it('its slot stays taken for the upstream’s p50, then is free', async () => {
  const platform = await startPlatform((request, response) => {
    if (request.url !== '/held') setTimeout(() => response.end('slow'), 300);
  });
  const { underWay, follow } = follower();
  const gate = await startGate(upstreamSettings([platform.url]), { order: { follower: follow } });
  await (await send(`${gate.url}/slow`)).body.text();
  const held = send(`${gate.url}/held`);
  await expect.poll(() => platform.requests).toBe(2);
  underWay[1]?.cancel();
  expect(gate.forwarder.upstreams().platform?.inFlight).toBe(1);
  expect((await held).statusCode).toBe(502);
  await expect.poll(() => gate.forwarder.upstreams().platform?.inFlight).toBe(0);
});
