/** A closed model: so many visitors at once, each replaced when it is gone, none of whom ever thinks. What a platform does then is its best. */
import { Agent } from 'undici';
import { seededRandom } from './random.ts';
import { createVisitor, type VisitorOptions } from './visitor.ts';
import type { VisitorPlan } from './words.ts';

export interface SaturateOptions extends Pick<VisitorOptions, 'base' | 'host'> {
  atOnce: number;
  plan: VisitorPlan;
}

export interface Saturation {
  stop(): Promise<void>;
}

export function saturate({ atOnce, plan, ...options }: SaturateOptions): Saturation {
  const dispatcher = new Agent({ connections: null });
  const over = new AbortController();
  const random = seededRandom(1);
  const comeAgain = async () => {
    while (!over.signal.aborted)
      await createVisitor({ ...options, plan, random, dispatcher, signal: over.signal }).run();
  };
  const all = Promise.all(Array.from({ length: atOnce }, comeAgain));
  return {
    async stop() {
      over.abort();
      await all;
      await dispatcher.destroy();
    },
  };
}
