/** Servers under measurement, each a process of its own, and the load that another process sends them. */
import { fileURLToPath } from 'node:url';
import { type Child, startChild, startProgram } from '../child-process.ts';
import { residentBytes, treeCpuSeconds } from './process-tree.ts';

export interface Measured {
  url: string;
  /** Of the whole process tree. */
  cpuSeconds(): number;
  residentBytes(): number;
  stop(): Promise<void>;
}

const LOAD = fileURLToPath(new URL('./peers/load.ts', import.meta.url));

export async function startServer(
  script: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
): Promise<Measured> {
  const child = startChild(script, args, env);
  return measuredAt(child, (await child.printed(ready))[1] as string);
}

export function measuredAt(child: Child, url: string): Measured {
  return {
    url,
    cpuSeconds: () => treeCpuSeconds(child.pid),
    residentBytes: () => residentBytes(child.pid),
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

/** What a load cost: CPU time of the server for each request, and how many it answered a second, as fast as they were sent. */
export interface Cost {
  cpuMicros: number;
  perSecond: number;
}

interface Sent {
  answered: number;
  errors: number;
  non2xx: number;
  seconds: number;
}

const LONGEST_MS = 600_000;

/** Runs Node with these words, and reads the one line of JSON that it prints. It ends with this process. */
export async function toldBy<T>(words: readonly string[]): Promise<T> {
  const child = startProgram(process.execPath, words);
  const [line] = await child.printed(/^\{.*\}$/m, LONGEST_MS);
  await child.ended;
  return JSON.parse(line) as T;
}

/** Sends `amount` requests from another process; rejects when any of them was not answered with 2xx. */
export async function sendLoad({ connections = 50, ...load }: Load): Promise<{ seconds: number }> {
  const options = { ...load, connections, pipelining: 1, timeout: 60 };
  const result = await toldBy<Sent>([LOAD, JSON.stringify(options)]);
  if (result.errors > 0 || result.non2xx > 0 || result.answered < load.amount)
    throw new Error(`${load.url}: not all was answered well: ${JSON.stringify(result)}`);
  return { seconds: result.seconds };
}

export async function costOf(server: Measured, load: Load): Promise<Cost> {
  const before = server.cpuSeconds();
  const { seconds } = await sendLoad(load);
  const micros = (server.cpuSeconds() - before) * 1e6;
  return { cpuMicros: micros / load.amount, perSecond: load.amount / seconds };
}

export async function cpuPerRequest(server: Measured, load: Load): Promise<number> {
  return (await costOf(server, load)).cpuMicros;
}
