/** Laws of coming back: who was down is not run over, neither one target among others nor all of them at once. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ComeBack } from '../../gateway/forward/come-back.ts';
import { protectionWith } from './protection-support.ts';
import { startGate, startPlatform, until, upstreamSettings } from './support.ts';

const LOOKS_OF_A_WHILE = 200;

describe('an upstream that was down, all of it', () => {
  const usual = (inFlight: number) => {
    const comeBack = new ComeBack();
    for (let look = 0; look < LOOKS_OF_A_WHILE; look++) comeBack.look(false, inFlight, look * 250);
    return comeBack;
  };

  it('has a tenth of its former requests in flight at first, and all of them at the end of the ramp', () => {
    const comeBack = usual(100);
    comeBack.look(true, 0, 60_000);
    expect(comeBack.bound(30_000, 4, 61_000)).toBeNull(); // there is nobody to protect yet
    comeBack.look(false, 0, 70_000);
    expect([70_000, 73_000, 85_000, 99_999].map((at) => comeBack.bound(30_000, 4, at))).toEqual([
      9, 9, 49, 99,
    ]);
    expect(comeBack.bound(30_000, 4, 100_000)).toBeNull();
  });

  it('that falls again on its way up begins anew from what it had before', () => {
    const comeBack = usual(100);
    comeBack.look(true, 0, 60_000);
    comeBack.look(false, 0, 70_000);
    comeBack.look(true, 0, 75_000);
    comeBack.look(false, 0, 80_000);
    expect(comeBack.bound(30_000, 4, 80_000)).toBe(9);
  });

  it('is not held where it had little to do, nor without a ramp', () => {
    const calm = usual(3);
    calm.look(true, 0, 60_000);
    calm.look(false, 0, 70_000);
    expect(calm.bound(30_000, 4, 70_000)).toBeNull();
    const busy = usual(100);
    busy.look(true, 0, 60_000);
    busy.look(false, 0, 70_000);
    expect(busy.bound(0, 4, 70_000)).toBeNull();
  });

  it('gets few of those who waited for it; the others wait their turn', async () => {
    let active = 0;
    const held: ServerResponse[] = [];
    const handler = (_request: unknown, response: ServerResponse) => {
      active++;
      held.push(response);
    };
    const first = await startPlatform(handler);
    const settings = upstreamSettings([first.url], {
      health: { path: null, intervalMs: 10, failures: 1 },
      rampSeconds: 600,
    });
    const gate = await startGate(settings);
    await gate.forwarder.firstLook();
    gate.forwarder.follow(protectionWith({ inFlight: { least: 2, queueMs: 60_000 } }));
    const crowd = (count: number) =>
      Array.from({ length: count }, () => fetch(gate.url).then((answer) => answer.text()));
    const before = crowd(40);
    await until(() => active === 40);
    // What is usual is learned over seconds.
    const learnedAt = performance.now() + 1_500;
    await until(() => performance.now() > learnedAt);
    await first.stop();
    await Promise.all(before);
    const status = () => gate.forwarder.upstreams().platform!.status;
    while (status() !== 'down') await Promise.all(crowd(1));

    active = 0;
    held.length = 0;
    await startPlatform(handler, first.port);
    await until(() => status() === 'ok');
    const after = crowd(20);
    await until(() => gate.forwarder.upstreams().platform!.waiting >= 16);
    await until(() => active >= 1);
    expect(active).toBeLessThanOrEqual(4);
    expect(gate.forwarder.gauges().platform!.limit).toBeLessThanOrEqual(4);
    // Without the ramp all of them go.
    gate.forwarder.reload({ platform: { ...settings, rampSeconds: 0 } });
    await until(() => active === 20);
    for (const response of held) response.end('ok');
    expect(await Promise.all(after)).toEqual(Array.from({ length: 20 }, () => 'ok'));
  });
});

describe('a target that was down', () => {
  it('gets a small share at first, and its whole one when the ramp is over', async () => {
    const steady = await startPlatform((_request, response) => response.end('ok'));
    const gone = await startPlatform((_request, response) => response.end('ok'));
    const settings = upstreamSettings([gone.url, steady.url], {
      health: { path: null, intervalMs: 20, failures: 1 },
      rampSeconds: 600,
    });
    const gate = await startGate(settings);
    await gate.forwarder.firstLook();
    const ask = async (count: number) => {
      for (let i = 0; i < count; i++) await (await fetch(gate.url)).text();
    };
    await gone.stop();
    const status = () => gate.forwarder.upstreams().platform!.targets[0]!.status;
    while (status() === 'up') await ask(1);
    const back = await startPlatform((_request, response) => response.end('ok'), gone.port);
    await until(() => status() === 'up');
    await ask(200);
    expect(back.requests).toBeGreaterThan(0);
    expect(back.requests).toBeLessThan(50); // a tenth to an eleventh: about 18
    gate.forwarder.reload({ platform: { ...settings, rampSeconds: 0 } });
    const before = back.requests;
    await ask(200);
    expect(back.requests - before).toBeGreaterThan(60);
  });
});
