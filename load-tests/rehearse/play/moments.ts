/** Does what a scenario's moments say, each at its time, one after the other. */
import type { Stage } from '../../stage/words.ts';
import type { Moment } from '../words.ts';

export interface MomentDone {
  /** When it was begun. */
  atSeconds: number;
  says: string;
  failed: string | null;
}

export interface Moments {
  readonly done: readonly MomentDone[];
  /** Moments that the stage should have been able to do, and failed: the scenario was not played as it is written. */
  troubles(): string[];
  /** Resolves when nothing is being done, at the latest after `withinMs`; nothing more is begun. */
  end(withinMs: number): Promise<void>;
}

/** `nowSeconds`: the scenario's time. */
export function startMoments(
  moments: readonly Moment[],
  stage: Pick<Stage, 'cannot' | 'do'>,
  { compress, nowSeconds }: { compress: number; nowSeconds: () => number },
): Moments {
  const done: MomentDone[] = [];
  const troubles: string[] = [];
  let isOver = false;
  let working: Promise<void> = Promise.resolve();
  const perform = async ({ says, does }: Moment) => {
    if (isOver) return;
    const entry = { atSeconds: nowSeconds(), says, failed: stage.cannot(does) };
    done.push(entry);
    if (entry.failed !== null) return;
    try {
      await stage.do(does);
    } catch (error) {
      // What the end of the play cuts off has not failed.
      if (isOver) return;
      entry.failed = error instanceof Error ? error.message : String(error);
      troubles.push(`“${says}” could not be done: ${entry.failed}`);
    }
  };
  const timers = moments.map((moment) => {
    const inMs = Math.max(0, ((moment.atSeconds - nowSeconds()) * 1_000) / compress);
    return setTimeout(() => {
      working = working.then(() => perform(moment));
    }, inMs);
  });
  return {
    done,
    troubles: () => troubles,
    async end(withinMs) {
      for (const timer of timers) clearTimeout(timer);
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, withinMs);
      await Promise.race([working, late.promise]);
      isOver = true;
      clearTimeout(timer);
    },
  };
}
