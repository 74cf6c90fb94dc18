/** The workers that there are: how one is made and begins to listen, and what is known when it has ended. */
import type { Clock } from '../clock.ts';
import { HeadgateError } from '../errors.ts';
import type { Log } from '../observe/logger.ts';
import type { Ended, Worker } from './fork-worker.ts';
import type { Started } from './words.ts';

export interface RosterParts {
  fork(): Worker;
  /** Tells a worker to start; rejects when it ended before it could answer. */
  start(worker: Worker, number: number): Promise<Started>;
  /** A worker that listened has ended, asked or not. */
  onEnded(worker: Worker): void;
  clock: Clock;
  log: Log;
}

export interface Launched {
  worker: Worker;
  /** Origin that it listens on. */
  url: string;
}

export interface Roster {
  /** Those that listen, by number. */
  running: ReadonlyMap<number, Worker>;
  /** Those whose process has not ended. */
  alive: ReadonlySet<Worker>;
  /** Rejects when the worker ended before it listened; a refusal is the HeadgateError that it was refused with. */
  launch(number: number): Promise<Launched>;
  /** `livedMs`: since it listened. */
  untilEnded(number: number, worker: Worker): Promise<Ended & { livedMs: number }>;
}

export function createRoster({ fork, start, onEnded, clock, log }: RosterParts): Roster {
  const running = new Map<number, Worker>();
  const alive = new Set<Worker>();
  // Whatever way this process ends, no worker stays behind.
  process.on('exit', () => killAll(alive));

  return {
    running,
    alive,
    async launch(number) {
      const worker = fork();
      alive.add(worker);
      void worker.ended.then(() => alive.delete(worker));
      const url = await listening(worker, start(worker, number));
      running.set(number, worker);
      log.say('info', { worker: number, pid: worker.pid }, 'worker listening');
      return { worker, url };
    },
    async untilEnded(number, worker) {
      const since = clock.monotonicMs();
      const ended = await worker.ended;
      running.delete(number);
      onEnded(worker);
      return { ...ended, livedMs: clock.monotonicMs() - since };
    },
  };
}

export function killAll(workers: Iterable<Worker>): void {
  for (const worker of workers) worker.kill();
}

async function listening(worker: Worker, starting: Promise<Started>): Promise<string> {
  try {
    const started = await starting;
    if (started.kind === 'listening') return started.url;
    throw new HeadgateError(started.code, started.message);
  } catch (error) {
    worker.kill();
    await worker.ended;
    throw error;
  }
}
