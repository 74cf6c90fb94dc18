/** 2,000 slow clients beside people who ask: nobody else waits for them, and in the end they are gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';
import { ask } from '../support/http-client.ts';
import { openRaw, type RawConnection } from '../support/raw-http.ts';
import { startRecordingPlatform } from '../support/recording-platform.ts';
import { measureSchedulingDelay } from '../support/scheduling-delay.ts';
import { timeVerdict } from './timing.ts';

const SLOW = 2_000;
const HEADERS_SECONDS = 8;
const TRICKLE_SECONDS = 15;
const INNOCENTS = 8;
const UPLOADERS = 3;
/** Two windows of a trickle's pace, one with what it sent at once, and a try. */
const UPLOADED_WITHIN_MS = 12_000;
const RETRY_MS = 500;

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
protection: { decisions: { inFlight: observe } }
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
    const { status, text } = await ask(`${url}/innocent`);
    expect(status, text).toBe(200);
    took.push(performance.now() - startedAtMs);
  }
  return took;
}

/** One upload after the other, as `honestUpload`. */
async function honest(url: string, until: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  for (; !until.aborted; await sleep(RETRY_MS)) took.push(await honestUpload(url, until));
  return took;
}

/** Again while it is refused: how long it took until it was served, ms. */
async function honestUpload(url: string, until: AbortSignal): Promise<number> {
  const startedAtMs = performance.now();
  while ((await upload(url)) === 503 && !until.aborted) await sleep(RETRY_MS);
  return performance.now() - startedAtMs;
}

async function upload(url: string): Promise<number> {
  const { status } = await ask(`${url}/honest`, { method: 'POST', body: 'x'.repeat(200_000) });
  expect([200, 503]).toContain(status);
  return status;
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
  const delay = measureSchedulingDelay();
  const uploading = Promise.all(Array.from({ length: UPLOADERS }, () => honest(gate.url, stop)));
  const took = (await Promise.all(Array.from({ length: INNOCENTS }, () => innocent(gate.url, stop))))
    .flat()
    .sort((a, b) => a - b);
  const uploads = (await uploading).flat();
  const { p99Ms: delayMs } = await delay.stop();
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
    honestUploads: uploads.length,
    mostUploadMs: Math.round(Math.max(...uploads)),
    schedulingDelayMs: delayMs,
    upstreamConnections: upstream,
  });
  console.table({ stillOpen: left, answered });
  expect(took.length).toBeGreaterThan(1_000);
  expect(timeVerdict(quantile(took, 0.99), 500, delayMs)).not.toBe('failed');
  expect([left.idle, left.head]).toEqual([undefined, undefined]);
  // While others wait for the connections that they hold, uploads are given 5 s.
  expect(answered['upload: 408']).toBeGreaterThan(0);
  expect(uploads.length).toBeGreaterThan(2 * UPLOADERS);
  expect(timeVerdict(Math.max(...uploads), UPLOADED_WITHIN_MS, delayMs)).not.toBe('failed');
  const ofKind = (kind: Kind) => [...slow.values()].filter((each) => each === kind).length;
  expect([answered['idle: 408'], answered['head: 408']]).toEqual([ofKind('idle'), ofKind('head')]);
});

test('300 uploads that were begun and then trickle hold half of the platform’s connections, until others want those', async () => {
  const { platform, gate } = await gateBefore(32);
  const slow = await crowd(gate.url, ['begun upload'], 300);
  const trickle = setInterval(() => {
    for (const connection of slow.keys()) if (!connection.socket.destroyed) connection.write('x');
  }, 1_000);
  const delay = measureSchedulingDelay();
  const startedAtMs = performance.now();
  const first = await ask(`${gate.url}/innocent`);
  const firstMs = performance.now() - startedAtMs;
  expect(first.status).toBe(200);
  const held = platform.connections();
  expect(held).toBeLessThan(32);
  const uploadMs = await honestUpload(gate.url, AbortSignal.timeout(2 * UPLOADED_WITHIN_MS));
  const { p99Ms: delayMs } = await delay.stop();
  clearInterval(trickle);
  const read = await Promise.all([...slow.keys()].map((connection) => connection.read(0)));
  const ended = read.filter(({ answers }) => answers.some(({ status }) => status === 408)).length;
  console.table({
    firstAnswerMs: Math.round(firstMs),
    honestUploadMs: Math.round(uploadMs),
    schedulingDelayMs: delayMs,
    uploadsEnded: ended,
    upstreamConnections: held,
  });
  for (const connection of slow.keys()) connection.close();
  expect(timeVerdict(uploadMs, UPLOADED_WITHIN_MS, delayMs)).not.toBe('failed');
  expect(ended).toBeGreaterThan(0);
});
