/** Begins a new generation (snapshot and empty journal) when something changed, seldom enough that it never costs more than a twentieth of the time. */
import { filePath, prune } from './embedded-files.ts';
import { type Journal, openJournal, type WriteBytes } from './embedded-journal.ts';
import { writeSnapshot } from './embedded-snapshot.ts';

export interface Generations {
  /** Something is in the journal that no snapshot has. */
  changed(): void;
  /** Resolves when the snapshot is on the disk; rejects when it could not be written. */
  begin(): Promise<void>;
  /** Ends the timer and waits for a snapshot under way. */
  stop(): Promise<void>;
}

export interface GenerationParts {
  folder: string;
  /** The highest generation that is there already, and the newest that has a good snapshot. */
  last: number;
  lastDurable: number;
  write: WriteBytes | undefined;
  /** All rooms as of now, with nothing unwritten left behind; null: not now. */
  snapshot(): string | null;
  /** Whoever writes lines goes on in this journal. */
  use(journal: Journal): void;
  onFailure(error: Error): void;
}

const LEAST_MS = 1000;
/** One snapshot may cost a twentieth of the time that passes until the next. */
const SHARE = 20;

/**
 * The journal changes hands in the very moment that the snapshot describes, and the snapshot's file follows: a crash in
 * between leaves the former snapshot and both journals. One older generation stays, in case the newest cannot be read.
 */
export function createGenerations(parts: GenerationParts): Generations {
  const { folder } = parts;
  let generation = parts.last;
  let durable = parts.lastDurable;
  let tookMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const begin = async () => {
    const startedAt = performance.now();
    const text = parts.snapshot();
    if (text === null) return changed();
    const next = generation + 1;
    parts.use(openJournal(filePath(folder, 'journal', next), parts.write));
    generation = next;
    await writeSnapshot(filePath(folder, 'snapshot', next), text);
    prune(folder, durable);
    durable = next;
    tookMs = performance.now() - startedAt;
  };
  const changed = () => {
    timer ??= setTimeout(due, Math.max(LEAST_MS, SHARE * tookMs)).unref();
  };
  const due = () => {
    timer = undefined;
    running = begin().catch((error) => {
      parts.onFailure(error as Error);
      changed();
    });
  };

  return {
    changed,
    begin,
    async stop() {
      await running;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
