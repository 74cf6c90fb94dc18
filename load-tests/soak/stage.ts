/** Sets the stage of a soak: Redis, the demo platform and gateways with a probe inside, each a process of its own; nothing stays of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createKeeper, type Keeper } from '../bench/keeper.ts';
import { findProgram, freePort } from '../bench/programs.ts';
import { type Child, startChild, startProgram } from '../child-process.ts';
import { soakConfig } from './config.ts';

export interface SoakedGate {
  url: string;
  pid: number;
  /** Where its probe listens. */
  socketFile: string;
}

export interface SoakStage {
  gates: readonly SoakedGate[];
  redis: Redis;
  /** Rejects with what a process said, when one of them ended. */
  broken: Promise<never>;
  strike(): Promise<void>;
}

export async function setSoakStage(gateways: number): Promise<SoakStage> {
  const keeper = createKeeper();
  try {
    return await build(gateways, keeper);
  } catch (error) {
    await keeper.end();
    throw error;
  }
}

async function build(gateways: number, keeper: Keeper): Promise<SoakStage> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-soak-'));
  keeper.atEnd(() => rm(folder, { recursive: true, force: true }));
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const keep = (name: string, child: Child): Child => {
    keeper.atEnd(async () => void (await child.kill('SIGTERM')));
    void child.ended.then((code) => {
      if (!keeper.isEnding()) broken.reject(new Error(`${name} ended with ${code}:\n${child.output()}`));
    });
    return child;
  };
  const { redis, url } = await startRedis(folder, keeper, keep);
  const platform = keep('the platform', startChild('load-tests/platform/main.ts', ['--port', '0']));
  const [, origin] = await platform.printed(/platform on (http:\/\/[^,\s]+)/);
  const config = join(folder, 'headgate.yaml');
  await writeFile(config, soakConfig(origin as string, url, await makeKeys(folder)));
  const gates = await Promise.all(
    Array.from({ length: gateways }, (_, i) => startGate(i + 1, folder, config, keep)),
  );
  return { gates, redis, broken: broken.promise, strike: keeper.end };
}

type Keep = (name: string, child: Child) => Child;

async function startRedis(folder: string, keeper: Keeper, keep: Keep) {
  const program = findProgram('redis-server');
  if (program === null) throw new Error('redis-server is not installed: apt-get install redis-server');
  const port = await freePort();
  const args = ['--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
  // It fills for minutes, by the machine's pauses, until it holds 128 commands: that is no growth of Headgate's.
  args.push('--slowlog-log-slower-than', '-1');
  await keep('redis-server', startProgram(program, args)).printed(/Ready to accept connections/);
  const url = `redis://127.0.0.1:${port}`;
  const redis = new Redis(url);
  // Who asks hears of it.
  redis.on('error', () => undefined);
  keeper.atEnd(async () => redis.disconnect());
  return { redis, url };
}

/** All gateways of one line share their keys; none makes them by itself. */
async function makeKeys(folder: string): Promise<string> {
  const made = startChild('gateway/main.ts', ['keys', 'new'], { HEADGATE_DATA: folder });
  if ((await made.ended) !== 0) throw new Error(`headgate keys new failed:\n${made.output()}`);
  return join(folder, 'keys');
}

const PROBE = new URL('./probe.ts', import.meta.url).href;

async function startGate(number: number, folder: string, config: string, keep: Keep): Promise<SoakedGate> {
  const socketFile = join(folder, `probe-${number}`);
  const env = {
    HEADGATE_CONFIG: config,
    HEADGATE_DATA: join(folder, `gate-${number}`),
    ...{ HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' },
    ...{ HEADGATE_SOAK_SOCKET: socketFile, NODE_OPTIONS: `--import ${PROBE}` },
  };
  const child = keep(`gateway ${number}`, startChild('gateway/main.ts', ['start', '--gateway-only'], env));
  const [, url] = await child.printed(/"gateway":"(http:\/\/[^"]+)"/);
  return { url: url as string, pid: child.pid, socketFile };
}
