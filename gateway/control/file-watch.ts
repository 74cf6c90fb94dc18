/** Looks every second whether the gateway's own file still says what the gateway runs, and by line where it does not. */
import { stat } from 'node:fs/promises';
import { compareConfigs } from '../../config/compare.ts';
import { formatLocated, type LoadResult } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { FileDifference } from './words.ts';

const LOOK_MS = 1_000;

export interface FileWatch {
  start(): void;
  stop(): void;
  /** Null: there is no file, or it cannot be read. */
  differs(): readonly FileDifference[] | null;
  error(): string | null;
}

export interface FileWatchParts {
  /** Null: the gateway runs without a file. */
  file: string | null;
  load(file: string): LoadResult;
  /** What the gateway runs. */
  active(): Config;
}

export function watchFile({ file, load, active }: FileWatchParts): FileWatch {
  let differences: readonly FileDifference[] | null = null;
  let error: string | null = null;
  let seen = '';
  let compared: Config | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function look(path: string): Promise<void> {
    const found = await stat(path).catch((reason) => String(reason));
    const state = typeof found === 'string' ? found : `${found.mtimeMs} ${found.size} ${found.ino}`;
    const running = active();
    if (state === seen && running === compared) return;
    seen = state;
    compared = running;
    const loaded = load(path);
    differences = loaded.ok ? compareConfigs(loaded, running) : null;
    error = loaded.ok ? null : formatLocated(loaded.errors);
  }

  const schedule = (path: string) => {
    timer = setTimeout(() => void look(path).finally(() => timer && schedule(path)), LOOK_MS).unref();
  };

  return {
    start() {
      if (file === null) return;
      void look(file);
      schedule(file);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
    differs: () => differences,
    error: () => error,
  };
}
