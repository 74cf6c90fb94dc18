/** A Redis that belongs to the stage: on a free port, with nothing on its disk, so that it is empty whenever it was killed. */
import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../child-process.ts';
import { freePort, type Troupe } from './troupe.ts';

export interface RedisProcess {
  readonly url: string;
  /** Holds it still for so long; resolves when it stands still. */
  stopFor(ms: number): Promise<void>;
  /** Kills it at once, and starts an empty one on its address. */
  replace(): Promise<void>;
}

const START_MS = 15_000;
const LOOK_MS = 20;

/** Rejects with a sentence that says how to install it, where it is not. */
export async function startRedis(troupe: Troupe): Promise<RedisProcess> {
  const program = findProgram('redis-server');
  if (program === null)
    throw new Error(
      'this scenario needs Redis, and redis-server is not installed: apt-get install redis-server',
    );
  const port = await freePort();
  const folder = join(troupe.folder, 'redis');
  await mkdir(folder);
  const launch = async () => {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
    const child = troupe.runProgram(program, [...own, '--appendonly', 'no', '--save', ''], folder);
    await untilAnswering(child, port);
    return child;
  };
  let child = await launch();
  return {
    url: `redis://127.0.0.1:${port}`,
    async stopFor(ms) {
      child.signal('SIGSTOP');
      const timer = setTimeout(() => child.signal('SIGCONT'), ms);
      troupe.atEnd(() => clearTimeout(timer));
    },
    async replace() {
      await child.kill();
      child = await launch();
    },
  };
}

/** Path of an installed program; null where there is none of this name. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | null {
  // Debian keeps servers in sbin, which is not on every user's PATH.
  const folders = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function untilAnswering(child: Child, port: number): Promise<void> {
  const endMs = performance.now() + START_MS;
  while (!(await answers(port))) {
    if (!child.isRunning() || performance.now() > endMs)
      throw new Error(`Redis did not come up:\n${child.output()}`);
    await sleep(LOOK_MS);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (isWell: boolean) => {
      socket.destroy();
      resolve(isWell);
    };
    socket.once('data', (chunk) => end(String(chunk).startsWith('+PONG')));
    socket.once('error', () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });
}
