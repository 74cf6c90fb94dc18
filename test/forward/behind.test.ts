/** Laws of two forwarders to one platform, of which one goes first: the other takes what that leaves, and both together keep its bounds. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { protectionWith } from './protection-support.ts';
import { type Gate, startGate, startPlatform, until, upstreamSettings } from './support.ts';

async function stage(maxConnections: number) {
  const held: { path: string; response: ServerResponse }[] = [];
  const open = new Set<Socket>();
  let mostOpen = 0;
  const platform = await startPlatform((request, response) => {
    open.add(request.socket);
    request.socket.once('close', () => open.delete(request.socket));
    mostOpen = Math.max(mostOpen, open.size);
    held.push({ path: String(request.url), response });
  });
  const settings = upstreamSettings([platform.url], { maxConnections });
  const real = await startGate(settings);
  const played = await startGate(settings, { ahead: real.forwarder });
  const answer = () => held.shift()!.response.end('ok');
  const cut = () => held.shift()!.response.destroy();
  const paths = () => held.map(({ path }) => path);
  return { real, played, answer, cut, paths, mostOpen: () => mostOpen };
}

const ask = (gate: Gate, path: string) => fetch(gate.url + path).then((reply) => reply.text());
const waiting = (gate: Gate) => gate.forwarder.upstreams().platform!.waiting;

describe('who goes behind', () => {
  it('is sent only while nobody waits of those who go first, and all together have no more than maxConnections', async () => {
    const { real, played, answer, paths, mostOpen } = await stage(2);
    const all = [ask(played, '/p1'), ask(played, '/p2'), ask(played, '/p3')];
    await until(() => paths().length === 2 && waiting(played) === 1);
    all.push(ask(real, '/r1'), ask(real, '/r2'));
    await until(() => waiting(real) === 2);
    answer();
    await until(() => paths().includes('/r1'));
    answer();
    await until(() => paths().includes('/r2'));
    expect(paths()).toEqual(['/r1', '/r2']);
    answer();
    await until(() => paths().includes('/p3'));
    answer();
    answer();
    expect(await Promise.all(all)).toEqual(Array.from({ length: 5 }, () => 'ok'));
    expect(mostOpen()).toBe(2);
  });

  it('keeps within the bound in flight of those who go first, and below its own', async () => {
    const { real, played, answer, paths } = await stage(10);
    real.forwarder.follow(protectionWith({ inFlight: { least: 1, queueMs: 60_000 } }));
    real.forwarder.hold('platform', { inFlight: 2 });
    const all = [ask(real, '/r1'), ask(played, '/p1')];
    await until(() => paths().length === 2);
    all.push(ask(played, '/p2'));
    await until(() => waiting(played) === 1);
    answer();
    await until(() => paths().includes('/p2'));
    answer();
    answer();
    expect(await Promise.all(all)).toEqual(['ok', 'ok', 'ok']);
  });

  it('leaves idle connections to those who go first, and takes theirs where none is left', async () => {
    const { real, played, answer, paths, mostOpen } = await stage(2);
    for (const gate of [real, played, real]) {
      const both = [ask(gate, '/1'), ask(gate, '/2')];
      await until(() => paths().length === 2);
      answer();
      answer();
      await Promise.all(both);
    }
    expect(mostOpen()).toBe(2);
  });

  it('says nothing of the platform to those who go first: not its failures, and not its times', async () => {
    const { real, played, paths, cut } = await stage(4);
    const failed = Array.from({ length: 8 }, () => ask(played, '/cut'));
    for (let count = 0; count < 8; count++) {
      await until(() => paths().length > 0);
      cut();
    }
    await Promise.all(failed);
    expect(played.forwarder.upstreams().platform!.failures).toMatchObject({ reset: 8 });
    const { failures, window, status } = real.forwarder.upstreams().platform!;
    expect([failures, window.errorShare, status]).toEqual([{}, 0, 'ok']);
  });
});
