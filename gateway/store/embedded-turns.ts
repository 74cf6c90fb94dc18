/** What one turn of the event loop asked is written at once, and answered only when it is written; while the disk refuses, nothing is answered. */
import type { Journal } from './embedded-journal.ts';
import { StoreLost } from './store.ts';

export interface Turns {
  /** Resolves once `line` is in the journal; rejects with StoreLost where it could not be written. */
  add(line: string): Promise<void>;
  /** Number of the turn that is being gathered, and of the last one whose lines are all written. */
  readonly current: number;
  readonly written: number;
  /** Writes what was gathered so far. */
  flush(): void;
  health(): 'ok' | 'lost';
  /** From here on lines go to another journal. Not while the store is lost. */
  useJournal(journal: Journal): void;
  /** Writes what was gathered, and closes the journal. */
  stop(): void;
}

export interface TurnEvents {
  onLost(error: Error): void;
  onBack(): void;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

const RETRY_MS = 1000;

/**
 * A line that was not written is not forgotten: the rooms in memory have taken the step, so it is written again each
 * second until the disk takes it. Whoever asked was told that the outcome is unknown.
 */
export function createTurns(first: Journal, events: TurnEvents): Turns {
  let journal = first;
  let lines = '';
  let waiting: Waiting[] = [];
  let current = 1;
  let written = 0;
  let retryTimer: NodeJS.Timeout | undefined;

  const flush = () => {
    if (waiting.length === 0) return;
    const [text, answered] = [lines, waiting];
    lines = '';
    waiting = [];
    current += 1;
    try {
      journal.append(text);
    } catch (cause) {
      return lose(cause as Error, answered);
    }
    if (!retryTimer) written = current - 1;
    for (const each of answered) each.resolve();
  };
  const lose = (cause: Error, unanswered: Waiting[]) => {
    const error = new StoreLost(`the journal cannot be written: ${cause.message}`, { cause });
    for (const each of unanswered) each.reject(error);
    if (retryTimer) return;
    retryTimer = setInterval(retry, RETRY_MS).unref();
    events.onLost(cause);
  };
  const retry = () => {
    try {
      journal.retry();
    } catch {
      return;
    }
    clearInterval(retryTimer);
    retryTimer = undefined;
    written = current - 1;
    events.onBack();
  };

  return {
    add(line) {
      lines += line;
      return new Promise((resolve, reject) => {
        // After the turn's sockets were read, so that all that they asked goes in one write.
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ resolve, reject });
      });
    },
    get current() {
      return current;
    },
    get written() {
      return written;
    },
    flush,
    health: () => (retryTimer ? 'lost' : 'ok'),
    useJournal(next) {
      journal.close();
      journal = next;
    },
    stop() {
      flush();
      clearInterval(retryTimer);
      journal.close();
    },
  };
}
