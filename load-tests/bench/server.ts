/** Servers under measurement: each a process of its own, whose CPU time and memory are read from the system. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startChild } from '../child-process.ts';

export interface Measured {
  url: string;
  cpuSeconds(): number;
  residentBytes(): number;
  stop(): Promise<void>;
}

const LOAD = fileURLToPath(new URL('./peers/load.ts', import.meta.url));

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export async function startServer(
  script: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
): Promise<Measured> {
  const child = startChild(script, args, env);
  const url = (await child.printed(ready))[1] as string;
  const stat = () =>
    readFileSync(`/proc/${child.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
  return {
    url,
    cpuSeconds: () => (Number(stat()[11]) + Number(stat()[12])) / TICKS_PER_SECOND,
    residentBytes: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1_024,
    stop: async () => void (await child.kill('SIGTERM')),
  };
}

export interface Load {
  url: string;
  amount: number;
  connections?: number;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
}

/** Sends `amount` requests from another process; rejects when any of them was not answered with 2xx. */
export async function sendLoad({ connections = 50, ...load }: Load): Promise<{ seconds: number }> {
  const options = { ...load, connections, pipelining: 1, timeout: 60 };
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, JSON.stringify(options)], {
    maxBuffer: 1 << 20,
  });
  const result = JSON.parse(stdout.trim().split('\n').at(-1) as string) as {
    answered: number;
    errors: number;
    non2xx: number;
    seconds: number;
  };
  if (result.errors > 0 || result.non2xx > 0 || result.answered < load.amount)
    throw new Error(`${load.url}: not all was answered well: ${JSON.stringify(result)}`);
  return { seconds: result.seconds };
}

/** CPU time of the server for each of so many requests, µs. */
export async function cpuPerRequest(server: Measured, load: Load): Promise<number> {
  const before = server.cpuSeconds();
  await sendLoad(load);
  return ((server.cpuSeconds() - before) * 1e6) / load.amount;
}
