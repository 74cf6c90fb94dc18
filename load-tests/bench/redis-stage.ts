/** The stage of the Redis rows: an empty Redis in a process of its own, gates on it, and what Redis tells of its work. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Child, startChild, startProgram } from '../child-process.ts';
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
  stop(): Promise<void>;
}

const READY = /Ready to accept connections/;
const GATE = /"gateway":"(http:\/\/[^"]+)"/;
const PEER = /listening (http:\/\/\S+)/;

/** Rejects where there is no redis-server. `configText` gets the store's line. */
export async function setRedisStage(configText: (store: string) => string): Promise<RedisStage> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-redis-'));
  const port = await freePort();
  const server = startProgram('redis-server', [
    ...['--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'],
  ]);
  await server.printed(READY);
  const url = `redis://127.0.0.1:${port}`;
  const redis = new Redis(url);
  const started: Measured[] = [];
  const keys = await makeKeys(folder);
  let gates = 0;
  const keep = async (starting: Promise<Measured>) => {
    started.push(await starting);
    return starting;
  };
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
    async stop() {
      for (const each of started.reverse()) await each.stop();
      redis.disconnect();
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
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

async function end(server: Child): Promise<void> {
  await server.kill('SIGTERM');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
