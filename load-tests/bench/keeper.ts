/** Remembers what a run started, and ends it in the opposite order, once, however the run ends. */

export interface Keeper {
  /** Hands on what starts, which is stopped at the end. */
  keep<Started extends { stop(): Promise<void> }>(starting: Promise<Started>): Promise<Started>;
  atEnd(tidy: () => Promise<void>): void;
  end(): Promise<void>;
  isEnding(): boolean;
}

export function createKeeper(): Keeper {
  const tidies: (() => Promise<void>)[] = [];
  let ending: Promise<void> | null = null;
  const endAll = async () => {
    for (let tidy = tidies.pop(); tidy; tidy = tidies.pop()) await tidy();
  };
  return {
    async keep(starting) {
      const started = await starting;
      // Came while the run was ending: nobody will ask for it.
      if (ending) await started.stop();
      else tidies.push(() => started.stop());
      return started;
    },
    atEnd: (tidy) => void tidies.push(tidy),
    end() {
      ending ??= endAll();
      return ending;
    },
    isEnding: () => ending !== null,
  };
}
