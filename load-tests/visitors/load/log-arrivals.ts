/**
 * Replays an access log, plain or packed: each line is one request at its time, to its address as written.
 *
 * - Times count from the first line's; a log is written as answers end, so lines may stand out of order: those of 10 s are
 *   put in order, and what is later still comes at once. A log of whole seconds is replayed at whole seconds.
 * - GET and HEAD are sent as they are. What another method sent is in no log: it is asked by HEAD, so that each address is
 *   asked as often as it was and nothing is changed by it. What names no path (`*`, CONNECT) is left out.
 * - Client addresses stay here: each becomes a number, keyed by the seed, that tells clients apart.
 * - Reads as it is needed, a packed log as a whole.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { createLineParser } from '../../../admin/observer/access-log.js';
import { createLineSplitter } from '../../../admin/observer/log-lines.js';
import type { Arrivals } from '../../rehearse/visitor-words.ts';
import type { Arrival } from '../load-words.ts';

type LogReplay = Extract<Arrivals, { shape: 'log' }>;
type Parser = ReturnType<typeof createLineParser>;

const CHUNK_BYTES = 64 * 1024;
const ORDERED_MS = 10_000;
const CLIENTS_KEPT = 100_000;

/** `address`: names the host where neither the log nor the scenario does. */
export function* logArrivals(replay: LogReplay, address: string | null, seed: number): Iterable<Arrival> {
  const host = replay.host ?? (address === null ? 'localhost' : new URL(address).host);
  let firstMs: number | null = null;
  for (const { atMs, ...line } of inOrder(readTimed(replay.file, host, seed))) {
    firstMs ??= atMs;
    yield { atSeconds: replay.fromSeconds + (atMs - firstMs) / 1_000, ...line };
  }
}

type Timed = Omit<Arrival, 'atSeconds'> & { atMs: number };

function* readTimed(file: string, host: string, seed: number): Iterable<Timed> {
  const parser = createLineParser();
  const clientOf = tagClients(seed);
  let lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), { lines: 0, tooLong: 0 });
  const taken = () => {
    const timed = lines.flatMap((line) => timedOf(parser, line, host, clientOf) ?? []);
    lines = [];
    return timed;
  };
  for (const chunk of chunksOf(file)) {
    splitter.take(chunk);
    yield* taken();
  }
  splitter.end();
  yield* taken();
}

function timedOf(
  parser: Parser,
  text: string,
  host: string,
  clientOf: (client: string) => number,
): Timed | null {
  const line = parser.parse(text);
  if (line === null || !line.target.startsWith('/')) return null;
  return {
    atMs: line.timeMs,
    address: `http://${line.host ?? host}${line.target}`,
    method: line.method === 'GET' ? 'GET' : 'HEAD',
    client: clientOf(line.client ?? ''),
  };
}

/** 22 bits of a keyed hash: as many as there are addresses to give. */
function tagClients(seed: number): (client: string) => number {
  const known = new Map<string, number>();
  return (client) => {
    const before = known.get(client);
    if (before !== undefined) return before;
    if (known.size >= CLIENTS_KEPT) known.clear();
    const tag = createHash('sha256').update(`${seed} ${client}`).digest().readUInt32BE(0) >>> 10;
    known.set(client, tag);
    return tag;
  };
}

function* chunksOf(file: string): Iterable<Buffer> {
  const descriptor = openSync(file, 'r');
  try {
    for (let isFirst = true; ; isFirst = false) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const bytes = chunk.subarray(0, readSync(descriptor, chunk));
      if (bytes.length === 0) return;
      if (isFirst && isPacked(bytes)) return yield unpacked(file);
      yield bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}

function isPacked(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Of a file that breaks off, what came before. */
function unpacked(file: string): Buffer {
  return gunzipSync(readFileSync(file), { finishFlush: constants.Z_SYNC_FLUSH });
}

/** Lines that stand within some seconds of each other, in order of their times; equal times as they stood. */
function* inOrder(lines: Iterable<Timed>): Iterable<Timed> {
  const held: Timed[] = [];
  let [newestMs, givenMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const give = function* (untilMs: number): Iterable<Timed> {
    held.sort((a, b) => a.atMs - b.atMs);
    const due = held.findIndex(({ atMs }) => atMs > untilMs);
    const given = held.splice(0, due < 0 ? held.length : due);
    for (const line of given) {
      givenMs = Math.max(givenMs, line.atMs);
      yield { ...line, atMs: givenMs };
    }
  };
  for (const line of lines) {
    held.push(line);
    if (line.atMs <= newestMs + 1_000) continue;
    newestMs = line.atMs;
    yield* give(newestMs - ORDERED_MS);
  }
  yield* give(Number.POSITIVE_INFINITY);
}
