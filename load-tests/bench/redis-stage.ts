/** The stage of the Redis rows: an empty Redis in a process of its own, gates on it, and what Redis tells of its work. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startChild, startProgram } from '../child-process.ts';
import type { Keeper } from './keeper.ts';
import { findProgram, freePort } from './programs.ts';
import { type Measured, startServer } from './server.ts';

export interface RedisWork {
  /** Commands that clients sent; a script is one, whatever it does. */
  commands: number;
  /** µs that they took in Redis. */
  micros: number;
  usedBytes: number;
}

export interface RedisStage {
  url: string;
  startGate(): Promise<Measured>;
  startSortedSet(): Promise<Measured>;
  work(): Promise<RedisWork>;
  empty(): Promise<void>;
}

const READY = /Ready to accept connections/;
const GATE = /"gateway":"(http:\/\/[^"]+)"/;
const PEER = /listening (http:\/\/\S+)/;

/** Rejects where there is no redis-server. `configText` gets the store's line. */
export async function setRedisStage(
  { keep, atEnd }: Keeper,
  configText: (store: string) => string,
): Promise<RedisStage> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-redis-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const server = startProgram(findProgram('redis-server') ?? 'redis-server', [
    ...['--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'],
  ]);
  atEnd(async () => void (await server.kill('SIGTERM')));
  await server.printed(READY);
  const url = `redis://127.0.0.1:${port}`;
  const redis = new Redis(url);
  // Who asks hears of it.
  redis.on('error', () => undefined);
  atEnd(async () => redis.disconnect());
  const keys = await makeKeys(folder);
  let gates = 0;
  return {
    url,
    async startGate() {
      const data = join(folder, `gate-${++gates}`);
      await mkdir(data);
      const file = join(data, 'headgate.yaml');
      await writeFile(file, `${configText(`{ kind: redis, url: "${url}" }`)}keys: { path: "${keys}" }\n`);
      return keep(
        startServer(
          'gateway/main.ts',
          ['start', '--gateway-only'],
          environment(file, join(data, 'data')),
          GATE,
        ),
      );
    },
    startSortedSet: () => keep(startServer('load-tests/bench/peers/sorted-set.ts', [url], {}, PEER)),
    work: () => workOf(redis),
    empty: async () => void (await redis.flushall()),
  };
}

function environment(file: string, data: string): NodeJS.ProcessEnv {
  return {
    HEADGATE_CONFIG: file,
    HEADGATE_DATA: data,
    ...{ HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' },
  };
}

/** All gates of one line share their keys; none makes them by itself. */
async function makeKeys(folder: string): Promise<string> {
  const made = startChild('gateway/main.ts', ['keys', 'new'], { HEADGATE_DATA: folder });
  if ((await made.ended) !== 0) throw new Error(`headgate keys new failed:\n${made.output()}`);
  return join(folder, 'keys');
}

/** Scripts, and the plain commands of the simple design; what scripts do inside is counted under other names. */
const SENT = /^cmdstat_(?:eval|evalsha|zadd|zrank):calls=(\d+),usec=(\d+)/gm;

async function workOf(redis: Redis): Promise<RedisWork> {
  const text = await redis.info('all');
  let commands = 0;
  let micros = 0;
  for (const [, calls, took] of text.matchAll(SENT)) {
    commands += Number(calls);
    micros += Number(took);
  }
  return { commands, micros, usedBytes: Number(/used_memory:(\d+)/.exec(text)?.[1]) };
}
