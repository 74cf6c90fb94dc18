/** Runs a task again and again, one at a time: at a fixed pace, and at once when asked. */

export interface Rounds {
  start(): void;
  /** One more round as soon as the present one is over; none before the start. */
  soon(): void;
  /** Resolves when the last round is over. */
  stop(): Promise<void>;
}

/** `task` must not reject. */
export function createRounds(task: () => Promise<void>, everyMs: number): Rounds {
  let isStarted = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;

  const run = () => {
    clearTimeout(timer);
    again = false;
    running = task().finally(() => {
      running = null;
      if (isStarted) timer = setTimeout(run, again ? 0 : everyMs).unref();
    });
  };

  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      run();
    },
    soon() {
      if (!isStarted) return;
      if (running === null) run();
      else again = true;
    },
    async stop() {
      isStarted = false;
      clearTimeout(timer);
      await running;
    },
  };
}
