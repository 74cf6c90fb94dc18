/** Laws of uploads that trickle: they hold connections while nobody wants those, and are ended once somebody waited, served or shed. */
import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../gateway/clock.ts';
import { protectionWith } from './protection-support.ts';
import { startGate, startPlatform, until, upstreamSettings } from './support.ts';

/** The time that a trickle has to be seen within: one window of its pace. */
const WINDOW_MS = 5_000;

/** A gate of two connections, one of them for bodies that still come, whose clock a test moves on. */
async function startStage() {
  const platform = await startPlatform((request, response) => {
    if (request.url !== '/silent') request.resume().on('end', () => response.end('ok'));
  });
  let passedMs = 0;
  const gate = await startGate(upstreamSettings([platform.url], { maxConnections: 2 }), {
    clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs },
  });
  gate.forwarder.follow(protectionWith({ inFlight: { least: 1, queueMs: 100 } }));
  const pass = (ms: number) => {
    passedMs += ms;
  };
  const upload = async () => (await fetch(gate.url, { method: 'POST', body: Buffer.alloc(1 << 20) })).text();
  return { platform, gate, pass, upload };
}

/** Its first byte has come, and no more follows. */
function trickle(url: string): void {
  const slow = request(url, { method: 'POST', headers: { 'content-length': 200_000 } });
  onTestFinished(() => void slow.on('error', () => {}).destroy());
  slow.write('x');
}

it('one that trickles for 5 s is ended where somebody else was shed meanwhile, and the next upload is served', async () => {
  const { platform, gate, pass, upload } = await startStage();
  trickle(gate.url);
  await until(() => platform.requests === 1);
  pass(WINDOW_MS - 1_000);
  expect(await upload()).toBe('shed');
  pass(1_000);
  expect(await gate.outcome(1)).toMatchObject({ failure: 'slow-body' });
  expect(await upload()).toBe('ok');
});

it('one that has trickled for longer gives way to the first who comes', async () => {
  const { platform, gate, pass, upload } = await startStage();
  trickle(gate.url);
  await until(() => platform.requests === 1);
  pass(WINDOW_MS);
  gate.forwarder.follow(protectionWith({ inFlight: { least: 1, queueMs: 60_000 } }));
  expect(await upload()).toBe('ok');
  expect(gate.outcomes[0]).toMatchObject({ failure: 'slow-body' });
});

it('one that trickles beside nobody is given longer', async () => {
  const { platform, gate, pass } = await startStage();
  trickle(gate.url);
  await until(() => platform.requests === 1);
  const silent = fetch(`${gate.url}/silent`);
  await until(() => platform.requests === 2);
  // Longer than an answer may take: whoever waits for one tells that the gate has looked.
  pass(31_000);
  expect(await (await silent).text()).toBe('headers-timeout');
  expect(gate.outcomes).toHaveLength(1);
});
