/** One process that sends, seen from its parent: asked for what it saw, told to stop, and never left behind. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startWorker } from './worker.ts';
import type { Evidence, FromWorker, Seen, ToWorker, WorkerJob } from './worker-words.ts';

export interface Sender {
  /** Null: it did not answer in time, or is gone. */
  look(): Promise<Seen | null>;
  setOrigins(origins: readonly string[]): void;
  stop(): void;
  /** `failed`: why it ended before it was over; null: it did not. */
  readonly over: Promise<{ seen: Seen | null; evidence: readonly Evidence[]; failed: string | null }>;
}

const MAIN = fileURLToPath(new URL('./worker-main.ts', import.meta.url));
const ANSWER_MS = 2_000;
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** In a process of its own; resolves when it can be told to begin. */
export async function forkSender(): Promise<{ begin(job: WorkerJob): Sender; end(): void }> {
  const child = fork(MAIN, [], { execPath: process.execPath, execArgv: [], serialization: 'advanced' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`a process that sends ended at once, by ${code}`)));
  });
  return { begin: (job) => senderOf(child, job), end: () => child.kill('SIGKILL') };
}

/** In this process. */
export function ownSender(job: WorkerJob): Sender {
  const worker = startWorker(job);
  return {
    look: async () => worker.seen(),
    setOrigins: worker.setOrigins,
    stop: worker.stop,
    over: worker.over.then((result) => ({ ...result, failed: null })),
  };
}

function senderOf(child: ChildProcess, job: WorkerJob): Sender {
  let last: Seen | null = null;
  let lastId = 0;
  let isOver = false;
  const tell = (message: ToWorker) => {
    // Whether it is gone already is told by its end.
    if (!isOver && child.connected) child.send(message, () => {});
  };
  const asked = new Map<number, (seen: Seen | null) => void>();
  const { promise: over, resolve } = Promise.withResolvers<Awaited<Sender['over']>>();
  const finish = (result: Awaited<Sender['over']>) => {
    for (const answer of asked.values()) answer(last);
    asked.clear();
    isOver = true;
    resolve(result);
    child.kill('SIGKILL');
  };
  child.on('message', (message: FromWorker) => {
    if (message.kind === 'seen' || message.kind === 'over') last = message.seen;
    if (message.kind === 'seen') {
      asked.get(message.id)?.(message.seen);
      asked.delete(message.id);
    }
    if (message.kind === 'over') finish({ ...message, failed: null });
    if (message.kind === 'failed') finish({ seen: last, evidence: [], failed: message.message });
  });
  child.once('exit', (code, signal) => {
    finish({ seen: last, evidence: [], failed: `a process that sends ended by ${signal ?? code}` });
  });
  tell({ kind: 'begin', job });
  return {
    async look() {
      if (isOver) return last;
      const id = ++lastId;
      tell({ kind: 'look', id });
      return answerOf(asked, id);
    },
    setOrigins: (origins) => tell({ kind: 'origins', origins }),
    stop: () => tell({ kind: 'stop' }),
    over,
  };
}

function answerOf(asked: Map<number, (seen: Seen | null) => void>, id: number): Promise<Seen | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      asked.delete(id);
      resolve(null);
    }, ANSWER_MS);
    asked.set(id, (seen) => {
      clearTimeout(timer);
      resolve(seen);
    });
  });
}
