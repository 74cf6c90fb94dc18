/** One worker as its first process sees it: what can be asked of it, when it has ended and how, and how to kill it. */
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { type Asker, createAsker } from './channel.ts';
import { watchHandover } from './handover.ts';

export interface Ended {
  /** Null where a signal ended it. */
  code: number | null;
  signal: string | null;
}

export interface Worker {
  readonly pid: number;
  readonly ask: Asker['ask'];
  /** Never rejects. */
  readonly ended: Promise<Ended>;
  kill(): void;
  /** While all drain: closes the connection that it did not take any more, and nobody else will. */
  closeRefused(): void;
}

const ENTRY = fileURLToPath(new URL('./worker-main.ts', import.meta.url));

/**
 * Connections are handed to the workers in turn: left to the kernel, one of four workers was seen with 35 of 64
 * keep-alive connections, and with it most of the load and of its own share of the platform's connections.
 */
export function prepareWorkers(script: string = ENTRY): void {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  // Structured clones keep what JSON does not have: metrics may be NaN.
  cluster.setupPrimary({ exec: script, args: [], serialization: 'advanced' });
}

export function forkWorker(): Worker {
  const worker = cluster.fork();
  const child = worker.process;
  const handover = watchHandover(child);
  const asker = createAsker((question) => worker.send(question));
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code: number | null, signal: string | null) => {
      handover.workerEnded();
      asker.end(`the worker ended ${howEnded({ code, signal })}`);
      resolve({ code, signal });
    });
  });
  worker.on('message', (message: unknown) => asker.hear(message));
  // A message to a worker that was killed a moment ago: its end says all that there is to say.
  worker.on('error', () => {});
  return {
    pid: child.pid ?? 0,
    ask: asker.ask,
    ended,
    closeRefused: handover.closeRefused,
    kill: () => void child.kill('SIGKILL'),
  };
}

export function howEnded({ code, signal }: Ended): string {
  return signal === null ? `with exit code ${code}` : `by ${signal}`;
}
