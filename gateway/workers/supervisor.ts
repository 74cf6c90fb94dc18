/** Keeps so many workers running: the first one proves that it can be done, and whoever ends unasked is replaced. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HeadgateError } from '../errors.ts';
import type { Log } from '../observe/logger.ts';
import { BACK_OFF, type BackOffBounds, createBackOff } from './back-off.ts';
import { howEnded, type Worker } from './fork-worker.ts';
import { createRoster, killAll, type Roster, type RosterParts } from './roster.ts';

export interface SupervisorParts extends RosterParts {
  count: number;
  backOff?: BackOffBounds;
}

export interface Supervisor {
  /** Origin that all of them listen on. */
  readonly url: string;
  /** Those that listen, by number. */
  running(): ReadonlyMap<number, Worker>;
  /** How often one that had ended was replaced. */
  replaced(): number;
  /** Tells all to drain, resolves when every process has ended; `withinMs` later those that have not are killed. */
  drain(delaySeconds: number, withinMs: number): Promise<void>;
}

/** To be told and to say that one is not ready any more. */
const DRAIN_ANSWER_MS = 1_000;
/** Workers stop listening within moments of each other. */
const REFUSED_MS = 500;

/** Throws the HeadgateError that the first worker's start was refused with, or one that says how it ended. */
export async function runWorkers(parts: SupervisorParts): Promise<Supervisor> {
  const { log, count } = parts;
  const roster = createRoster(parts);
  const stopping = new AbortController();
  let replaced = 0;

  const tryLaunch = async (number: number): Promise<Worker | null> => {
    try {
      return (await roster.launch(number)).worker;
    } catch (error) {
      if (!stopping.signal.aborted) sayFailed(log, number, error);
      return null;
    }
  };
  /** Null: it could not be started. */
  const keep = async (number: number, first: Worker | null): Promise<void> => {
    const backOff = createBackOff(parts.backOff ?? BACK_OFF);
    for (let worker = first; ; ) {
      const livedMs = worker ? await untilEnded(roster, number, worker, stopping.signal, log) : 0;
      await sleep(backOff.nextMs(livedMs), undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      worker = await tryLaunch(number);
      if (worker) replaced++;
    }
  };

  const first = await roster.launch(1).catch(asStartFault);
  const others = Array.from({ length: count - 1 }, (_, index) => index + 2);
  const started = [first.worker, ...(await Promise.all(others.map(tryLaunch)))];
  const kept = started.map((worker, index) => keep(index + 1, worker));

  return {
    url: first.url,
    running: () => roster.running,
    replaced: () => replaced,
    async drain(delaySeconds, withinMs) {
      stopping.abort();
      const late = setTimeout(() => killLate(roster.alive, log), withinMs);
      await drainAll(roster, delaySeconds, log);
      await Promise.all(kept);
      clearTimeout(late);
    },
  };
}

async function untilEnded(
  { untilEnded }: Roster,
  number: number,
  worker: Worker,
  stopping: AbortSignal,
  log: Log,
): Promise<number> {
  const { livedMs, ...ended } = await untilEnded(number, worker);
  const facts = { worker: number, pid: worker.pid, ...ended };
  if (!stopping.aborted)
    log.say('error', facts, `a worker ended ${howEnded(ended)}; another takes its place`);
  return livedMs;
}

async function drainAll({ running, alive }: Roster, delaySeconds: number, log: Log): Promise<void> {
  const listening = new Set(running.values());
  // One that is still on its way to listening has nobody to finish with.
  killAll([...alive].filter((worker) => !listening.has(worker)));
  const refused = closeRefused(alive, delaySeconds);
  const asked = [...listening].map((worker) => worker.ask('drain', { delaySeconds }, DRAIN_ANSWER_MS));
  await Promise.allSettled(asked);
  log.say('info', { delaySeconds, workers: listening.size }, 'draining');
  await Promise.all([...alive].map((worker) => worker.ended));
  refused.abort();
}

/** From the moment on at which none listens any more: a refused connection is nobody's then. */
function closeRefused(alive: ReadonlySet<Worker>, delaySeconds: number): AbortController {
  const over = new AbortController();
  const look = async () => {
    await sleep(delaySeconds * 1_000 + REFUSED_MS, undefined, over);
    for (;;) {
      for (const worker of alive) worker.closeRefused();
      await sleep(REFUSED_MS, undefined, over);
    }
  };
  look().catch(() => {});
  return over;
}

function asStartFault(error: unknown): never {
  if (error instanceof HeadgateError) throw error;
  throw new HeadgateError('HG_INTERNAL', `no worker could be started: ${(error as Error).message}`);
}

function sayFailed(log: Log, worker: number, error: unknown): void {
  log.say('error', { worker, error: (error as Error).message }, 'a worker could not be started; tried again');
}

function killLate(alive: ReadonlySet<Worker>, log: Log): void {
  for (const { pid } of alive) log.say('warn', { pid }, 'a worker did not end in time and is killed');
  killAll(alive);
}
