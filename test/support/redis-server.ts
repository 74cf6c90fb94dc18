/** A real Redis as a process of its own, on a free port with a folder of its own, that can be killed, held still and started again. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { type Child, startProgram } from '../../load-tests/child-process.ts';
import { cleanUpLater } from './clean-up.ts';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';
import { TOOLS, toolPath } from './tools.ts';
import { within } from './within.ts';

export interface RedisOptions {
  port?: number;
  /** Where it keeps its files; a folder of its own where none is named. */
  folder?: string;
  /** `no` (the default): everything is gone when it is killed; else its `appendfsync`. */
  appendonly?: 'no' | 'everysec' | 'always';
  /** More of its command line: `['--maxmemory', '50mb']`. */
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

export interface RestartOptions {
  /** An empty folder: as if somebody had put a new Redis on the address. */
  sameFolder?: boolean;
  /** Another folder: as if somebody had put a copy of its files on the address. */
  folder?: string;
  args?: readonly string[];
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  /** For the test's own looks; connects anew by itself. */
  readonly client: Redis;
  output(): string;
  /** What `redis-cli` prints for a command; rejects with what it prints when it fails, or when 10 s are over. */
  cli(...args: Array<string | number>): Promise<string>;
  /** Kills it at once; what it had not written is gone. */
  kill(): Promise<void>;
  /** Ends it by SIGTERM, which writes what its settings say. */
  stop(): Promise<void>;
  /** Starts it again on the same port, killing it first where it runs. */
  restart(options?: RestartOptions): Promise<void>;
  /** Holds it still (SIGSTOP): connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
}

const START_MS = 60_000;
const END_MS = 60_000;
const run = promisify(execFile);

/** Starts a Redis and waits until it takes commands. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  let folder = options.folder ?? (await tempFolder());
  let args = options.args ?? [];
  const launch = () => launchRedis(port, folder, args, options);
  let child = launch();
  // A held process takes no SIGTERM, but SIGKILL.
  cleanUpLater(() => child.kill());
  await untilAnswering(child, port);
  const client = lookingClient(port);

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get folder() {
      return folder;
    },
    get pid() {
      return child.pid;
    },
    client,
    output: () => child.output(),
    cli: (...words) => redisCli(port, ...words),
    kill: async () => void (await child.kill()),
    stop: async () => void (await within(END_MS, 'Redis did not end when asked to', child.kill('SIGTERM'))),
    async restart(again = {}) {
      await child.kill();
      if (again.sameFolder === false) folder = await tempFolder();
      folder = again.folder ?? folder;
      args = again.args ?? args;
      child = launch();
      await untilAnswering(child, port);
    },
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
  };
}

/** Runs `redis-cli` against a port on loopback. */
export async function redisCli(port: number, ...words: Array<string | number>): Promise<string> {
  const args = ['-e', '-p', String(port), ...words.map(String)];
  const limits = { timeout: 60_000, maxBuffer: 2 ** 26 };
  const { stdout, stderr } = await run(toolPath(TOOLS.redisCli), args, limits).catch((failure) => {
    throw new Error(`redis-cli ${words.join(' ')}: ${failure.stdout}${failure.stderr || failure.message}`);
  });
  return `${stdout}${stderr}`.trim();
}

function launchRedis(port: number, folder: string, args: readonly string[], options: RedisOptions): Child {
  const { appendonly = 'no', env = {} } = options;
  const kept =
    appendonly === 'no'
      ? ['--appendonly', 'no', '--save', '']
      : ['--appendonly', 'yes', '--appendfsync', appendonly];
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  return startProgram(toolPath(TOOLS.redis), [...own, ...kept, ...args], env, folder);
}

async function untilAnswering(child: Child, port: number): Promise<void> {
  const end = performance.now() + START_MS;
  while (!(await isAnswering(port))) {
    if (!child.isRunning()) throw new Error(`Redis ended before it took commands:\n${child.output()}`);
    if (performance.now() > end)
      throw new Error(`Redis took no commands within ${START_MS} ms:\n${child.output()}`);
    await sleep(20);
  }
}

/** A password, or a file that is still read in, is an answer too: only the latter is waited for. */
async function isAnswering(port: number): Promise<boolean> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    await within(2_000, 'no answer', client.ping());
    return true;
  } catch (error) {
    return String(error).includes('NOAUTH');
  } finally {
    client.disconnect();
  }
}

function lookingClient(port: number): Redis {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: () => 100,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 10_000,
  });
  // The test kills what this is connected to: its commands tell of it.
  client.on('error', () => {});
  cleanUpLater(() => client.disconnect());
  return client;
}
