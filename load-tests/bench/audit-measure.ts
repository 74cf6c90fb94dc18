/** Counts a flood of invented addresses in a process of its own (`node --expose-gc`), and prints what a request costs and how far the memory grew. */
import { parseConfig } from '../../config/load.ts';
import { createTraffic } from '../../gateway/audit/traffic.ts';
import type { SeenRequest } from '../../gateway/audit/words.ts';

export interface AuditMeasured {
  /** Median over blocks. */
  medianUs: number;
  /** Heap and buffers after a collection, more than before. */
  grownMb: number;
  /** Entries that `window` told of, and the requests that it found for the address that has one of a hundred. */
  told: number;
  heavy: number;
}

const BLOCK = 100;
const HOSTS = 100_000;
const HEAVY_EVERY = 100;

const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:9"] } }
rooms: { "event-{eventid}": { limits: { sessions: 50 } }, platform: {} }
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
launches: [{ name: summit, room: event-4711, opensAt: 2026-12-01T15:00:00Z, addresses: ["https://register.example.com/ereg/newreg.php?eventid=4711"] }]
`;

const SEEN: SeenRequest = {
  ...{ method: 'GET', host: '', path: '', query: '', room: 'platform', label: 'platform', rule: null },
  ...{ class: 'registration', state: 'allowed', status: 200, forwarded: true, ms: 12 },
};

function invent(i: number): SeenRequest {
  if (i % HEAVY_EVERY === 0)
    return { ...SEEN, host: 'm.example.com', path: '/m/register', query: 'eventid=4711&lang=en' };
  // As they come from a socket: each text in one piece.
  const text = (made: string) => Buffer.from(made).toString('latin1');
  const word = (number: number) => number.toString(36).replaceAll(/\d/g, 'x');
  const path = text(`/${word(i % 5_003)}/${word((i * 7_919) % 1_000_003)}/page-${word(i)}.html`);
  return { ...SEEN, host: text(`h${i % HOSTS}.example.com`), path, query: text(`session=${i}&lang=en`) };
}

function measure(requests: number): AuditMeasured {
  const loaded = parseConfig(CONFIG, 'bench.yaml', {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const before = heldBytes();
  const clock = { monotonicMs: () => performance.now() };
  const traffic = createTraffic({ clock, settings: loaded.settings });
  const blocksUs: number[] = [];
  for (let done = 0; done < requests; done += BLOCK) {
    const block = Array.from({ length: BLOCK }, (_, i) => invent(done + i));
    const startedMs = performance.now();
    for (const seen of block) traffic.count(seen);
    blocksUs.push(((performance.now() - startedMs) * 1_000) / BLOCK);
  }
  blocksUs.sort((a, b) => a - b);
  const medianUs = blocksUs[Math.floor(blocksUs.length / 2)] as number;
  blocksUs.length = 0;
  const grownMb = (heldBytes() - before) / 1e6;
  const { byAddress } = traffic.window();
  const heavy = byAddress.find(({ host }) => host === 'm.example.com')?.requests ?? 0;
  return { medianUs, grownMb, told: byAddress.length, heavy };
}

function heldBytes(): number {
  if (!globalThis.gc) throw new Error('run by node --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

console.log(JSON.stringify(measure(Number(process.argv[2] ?? 1_000_000))));
