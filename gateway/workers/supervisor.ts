/** Keeps so many workers running: the first one proves that it can be done, and whoever ends unasked is replaced. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { HeadgateError } from '../errors.ts';
import type { Log } from '../observe/logger.ts';
import { BACK_OFF, type BackOffBounds, createBackOff } from './back-off.ts';
import { type Ended, howEnded, type Worker } from './fork-worker.ts';
import type { Started } from './words.ts';

export interface SupervisorParts {
  count: number;
  fork(): Worker;
  /** Tells a worker to start; rejects when it ended before it could answer. */
  start(worker: Worker, number: number): Promise<Started>;
  /** A worker that listened has ended, asked or not. */
  onEnded(worker: Worker): void;
  clock: Clock;
  log: Log;
  backOff?: BackOffBounds;
}

export interface Supervisor {
  /** Origin that all of them listen on. */
  readonly url: string;
  /** Those that listen, by number. */
  running(): ReadonlyMap<number, Worker>;
  replaced(): number;
  /** Tells all to drain, resolves when every process has ended; `withinMs` later those that have not are killed. */
  drain(delaySeconds: number, withinMs: number): Promise<void>;
}

/** To be told and to say that one is not ready any more. */
const DRAIN_ANSWER_MS = 1_000;

/** Throws the HeadgateError that the first worker's start was refused with, or one that says how it ended. */
export async function runWorkers(parts: SupervisorParts): Promise<Supervisor> {
  const { count, fork, start, onEnded, clock, log } = parts;
  const running = new Map<number, Worker>();
  const alive = new Set<Worker>();
  const stopping = new AbortController();
  let replaced = 0;
  // Whatever way this process ends, no worker stays behind.
  process.on('exit', () => {
    for (const worker of alive) worker.kill();
  });

  /** Rejects when the worker ended, or refused, before it listened. */
  const launch = async (number: number): Promise<{ worker: Worker; url: string }> => {
    const worker = fork();
    alive.add(worker);
    void worker.ended.then(() => alive.delete(worker));
    const started = await start(worker, number).catch((error) => {
      worker.kill();
      throw error;
    });
    if (started.kind === 'refused') {
      worker.kill();
      await worker.ended;
      throw new HeadgateError(started.code, started.message);
    }
    running.set(number, worker);
    log.say('info', { worker: number, pid: worker.pid }, 'worker listening');
    return { worker, url: started.url };
  };

  /** Resolves with the time that it listened, in ms. */
  const untilEnded = async (number: number, worker: Worker): Promise<number> => {
    const since = clock.monotonicMs();
    const ended = await worker.ended;
    running.delete(number);
    onEnded(worker);
    if (!stopping.signal.aborted) sayEnded(log, number, worker, ended);
    return clock.monotonicMs() - since;
  };

  const keep = async (number: number, first: Worker | null): Promise<void> => {
    const backOff = createBackOff(parts.backOff ?? BACK_OFF);
    let worker = first;
    for (;;) {
      const livedMs = worker ? await untilEnded(number, worker) : 0;
      await pause(backOff.nextMs(livedMs), stopping.signal);
      if (stopping.signal.aborted) return;
      worker = await launch(number).then(
        (launched) => {
          replaced++;
          return launched.worker;
        },
        (error) => sayFailed(log, number, error),
      );
    }
  };

  const first = await launch(1).catch(asStartFault);
  const others = Array.from({ length: count - 1 }, (_, index) => index + 2);
  const launched = await Promise.all(
    others.map(async (number) => ({
      number,
      worker: await launch(number).then(
        ({ worker }) => worker,
        (error) => sayFailed(log, number, error),
      ),
    })),
  );
  const kept = [{ number: 1, worker: first.worker }, ...launched].map((one) => keep(one.number, one.worker));

  return {
    url: first.url,
    running: () => running,
    replaced: () => replaced,
    async drain(delaySeconds, withinMs) {
      stopping.abort();
      const late = setTimeout(() => killLate(alive, log), withinMs);
      await Promise.allSettled(
        [...running.values()].map((worker) => worker.ask('drain', { delaySeconds }, DRAIN_ANSWER_MS)),
      );
      log.say('info', { delaySeconds, workers: running.size }, 'draining');
      // One that is still on its way to listening has nobody to finish with.
      for (const worker of alive) if (![...running.values()].includes(worker)) worker.kill();
      await Promise.all([...alive].map((worker) => worker.ended));
      await Promise.all(kept);
      clearTimeout(late);
    },
  };
}

function asStartFault(error: unknown): never {
  if (error instanceof HeadgateError) throw error;
  throw new HeadgateError('HG_INTERNAL', `no worker could be started: ${(error as Error).message}`);
}

function sayEnded(log: Log, worker: number, { pid }: Worker, ended: Ended): void {
  log.say('error', { worker, pid, ...ended }, `a worker ended ${howEnded(ended)}; another takes its place`);
}

function sayFailed(log: Log, worker: number, error: unknown): null {
  log.say('error', { worker, error: (error as Error).message }, 'a worker could not be started; tried again');
  return null;
}

function killLate(alive: ReadonlySet<Worker>, log: Log): void {
  for (const worker of alive) {
    log.say('warn', { pid: worker.pid }, 'a worker did not end in time and is killed');
    worker.kill();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
