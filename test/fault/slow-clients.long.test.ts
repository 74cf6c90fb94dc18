/** 2,000 slow clients beside people who ask: nobody else waits for them, and in the end they are gone. */
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';
import { ask } from '../support/http-client.ts';
import { openRaw, type RawConnection } from '../support/raw-http.ts';
import { startRecordingPlatform } from '../support/recording-platform.ts';

const SLOW = 2_000;
const HEADERS_SECONDS = 8;
const TRICKLE_SECONDS = 15;
const INNOCENTS = 8;

type Kind = 'idle' | 'head' | 'form' | 'chunks' | 'upload' | 'begun upload';
const KINDS: readonly Kind[] = ['idle', 'head', 'form', 'chunks', 'upload', 'begun upload'];

/** What each sends at once; one byte a second follows. */
const FIRST: Record<Kind, string> = {
  idle: '',
  head: 'GET /slow HTTP/1.1\r\nHost: h\r\nX: ',
  form: 'POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n',
  chunks: 'POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n',
  upload: 'POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n',
  'begun upload': `POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`,
};

async function gateBefore(maxConnections: number) {
  const platform = await startRecordingPlatform();
  const gate = await startGateway({
    config: `
listen: { headersSeconds: ${HEADERS_SECONDS} }
upstreams: { platform: { targets: ["${platform.url}"], maxConnections: ${maxConnections} } }
rooms: { platform: {} }
rules: [{ name: everything, match: { path: "/*" }, action: bypass }]
default: { room: platform, upstream: platform }
`,
  });
  return { platform, gate };
}

/** Asks one after the other until it is told to stop; how long each answer took, ms. */
async function innocent(url: string, until: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  while (!until.aborted) {
    const startedAtMs = performance.now();
    const { status } = await ask(`${url}/innocent`);
    expect(status).toBe(200);
    took.push(performance.now() - startedAtMs);
  }
  return took;
}

async function crowd(url: string, kinds: readonly Kind[], count: number): Promise<Map<RawConnection, Kind>> {
  const connections = new Map<RawConnection, Kind>();
  for (let from = 0; from < count; from += 100)
    await Promise.all(
      Array.from({ length: Math.min(100, count - from) }, async (_, at) => {
        const kind = kinds[(from + at) % kinds.length]!;
        const connection = await openRaw(url);
        connection.write(FIRST[kind]);
        connections.set(connection, kind);
      }),
    );
  return connections;
}

const quantile = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.floor(sorted.length * share)]! * 10) / 10;

test(`${SLOW} idle and one-byte-a-second connections do not stop others from being served`, async () => {
  const { platform, gate } = await gateBefore(256);
  const slow = await crowd(gate.url, KINDS, SLOW);
  const trickle = setInterval(() => {
    for (const [connection, kind] of slow)
      if (kind !== 'idle' && !connection.socket.destroyed) connection.write('x');
  }, 1_000);
  const stop = AbortSignal.timeout(TRICKLE_SECONDS * 1_000);
  const took = (await Promise.all(Array.from({ length: INNOCENTS }, () => innocent(gate.url, stop))))
    .flat()
    .sort((a, b) => a - b);
  clearInterval(trickle);
  const left: Record<string, number> = {};
  const answered: Record<string, number> = {};
  for (const [connection, kind] of slow) {
    const { answers, isClosed } = await connection.read(0);
    if (!isClosed) left[kind] = (left[kind] ?? 0) + 1;
    for (const { status } of answers)
      answered[`${kind}: ${status}`] = (answered[`${kind}: ${status}`] ?? 0) + 1;
  }
  const upstream = platform.connections();
  for (const connection of slow.keys()) connection.close();
  console.table({
    innocentRequests: took.length,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    mostMs: quantile(took, 1 - 1 / took.length),
    upstreamConnections: upstream,
  });
  console.table({ stillOpen: left, answered });
  expect(took.length).toBeGreaterThan(1_000);
  expect(quantile(took, 0.99)).toBeLessThan(500);
  expect([left.idle, left.head]).toEqual([undefined, undefined]);
  // While others wait for the connections that they hold, uploads are given 5 s.
  expect(answered['begun upload: 408']).toBeGreaterThan(0);
  const ofKind = (kind: Kind) => [...slow.values()].filter((each) => each === kind).length;
  expect([answered['idle: 408'], answered['head: 408']]).toEqual([ofKind('idle'), ofKind('head')]);
});

test('300 uploads that were begun and then trickle hold half of the platform’s connections at most', async () => {
  const { platform, gate } = await gateBefore(32);
  const slow = await crowd(gate.url, ['begun upload'], 300);
  const trickle = setInterval(() => {
    for (const connection of slow.keys()) if (!connection.socket.destroyed) connection.write('x');
  }, 1_000);
  const startedAtMs = performance.now();
  const first = await ask(`${gate.url}/innocent`);
  const firstMs = performance.now() - startedAtMs;
  expect(first.status).toBe(200);
  expect(platform.connections()).toBeLessThan(32);
  clearInterval(trickle);
  const closed = (await Promise.all([...slow.keys()].map((connection) => connection.read(0)))).filter(
    ({ isClosed }) => isClosed,
  ).length;
  console.table({
    firstAnswerMs: Math.round(firstMs),
    uploadsEnded: closed,
    upstreamConnections: platform.connections(),
  });
  for (const connection of slow.keys()) connection.close();
});
