/** A closed model: so many visitors at once, each replaced when it is gone, none of whom ever thinks. What a platform does then is its best. */
import { Agent } from 'undici';
import { seededRandom } from './random.ts';
import { sleep } from './sleep.ts';
import { createVisitor, type VisitorOptions } from './visitor.ts';
import type { VisitorPlan } from './words.ts';

export interface SaturateOptions extends Pick<VisitorOptions, 'base' | 'host'> {
  atOnce: number;
  /** They begin one after the other within this time, lest all of them register at the same moment ever after. */
  spreadMs: number;
  plan: VisitorPlan;
}

export interface Saturation {
  stop(): Promise<void>;
}

export function saturate({ atOnce, spreadMs, plan, ...options }: SaturateOptions): Saturation {
  const dispatcher = new Agent({ connections: null });
  const over = new AbortController();
  const random = seededRandom(1);
  const comeAgain = async (index: number) => {
    await sleep((index / atOnce) * spreadMs, over.signal);
    while (!over.signal.aborted)
      await createVisitor({ ...options, plan, random, dispatcher, signal: over.signal }).run();
  };
  const all = Promise.all(Array.from({ length: atOnce }, (_, index) => comeAgain(index)));
  return {
    async stop() {
      over.abort();
      await all;
      await dispatcher.destroy();
    },
  };
}
