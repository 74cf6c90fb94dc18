/** A process of its own that opens a store and joins until it is killed, printing each answer; `node embedded-joiner.ts <folder> hold|join|million`. */
import { writeSync } from 'node:fs';
import { createEmbeddedStore } from '../../gateway/store/embedded.ts';
import { lawOf } from './law.ts';

const [folder = '', what = 'hold'] = process.argv.slice(2);
const clock = { wallMs: Date.now, monotonicMs: () => performance.now() };
const store = createEmbeddedStore({ path: folder, clock, log: () => undefined });
// Written at once: what stands here was answered, whenever the process dies.
const print = (value: unknown) => writeSync(1, `${JSON.stringify(value)}\n`);

await store.start().catch((error) => {
  print({ refused: error.code, message: error.message });
  process.exit(1);
});
await store.configure('event-1', lawOf({ limits: { sessions: 20 } }), 1);

async function joinForever(): Promise<void> {
  for (let batch = 0; ; batch += 1) {
    const calls = Array.from({ length: 5 }, async (_, call) => {
      const ids = [`${process.pid}-${batch}-${call}-a`, `${process.pid}-${batch}-${call}-b`];
      const answer = await store.join('event-1', 'default', ids);
      if (answer.kind !== 'joined') return;
      print({ first: answer.first, count: answer.count, sessions: answer.sessions.map(({ id }) => id) });
    });
    await Promise.all(calls);
  }
}

async function joinMillion(): Promise<void> {
  const used = () => {
    globalThis.gc?.();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const joinBatches = async (from: number, to: number) => {
    for (let batch = from; batch < to; batch += 1) {
      await store.join(
        'event-1',
        'default',
        Array.from({ length: 1000 }, (_, i) => `ticket-${batch}-${i}`),
      );
    }
  };
  await joinBatches(0, 20);
  const before = used();
  await joinBatches(20, 1020);
  print({ issued: store.view('event-1')?.issued, grownBytes: used() - before });
  await store.stop();
}

print({ ready: process.pid });
if (what === 'join') await joinForever();
else if (what === 'million') await joinMillion();
else setInterval(() => undefined, 1000);
