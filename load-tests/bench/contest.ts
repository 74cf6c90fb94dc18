/** Measures several contenders in turns within one run, so that what else the machine does meets all alike; medians of the runs. */
import { median, type Plan } from './row.ts';
import { type Cost, costOf, type Load, type Measured } from './server.ts';

export interface Contender<Figures> {
  name: string;
  measure(): Promise<Figures>;
}

/** The order is turned round every other run: nobody is always the one behind the dearest. The first measurement of each only warms. */
export async function inTurns<Figures extends object>(
  what: string,
  contenders: readonly Contender<Figures>[],
  plan: Pick<Plan, 'runs' | 'progress'>,
): Promise<Map<string, Figures>> {
  const runs = new Map(contenders.map(({ name }) => [name, [] as Figures[]]));
  plan.progress(`${what}: warming up`);
  for (const { measure } of contenders) await measure();
  for (let run = 1; run <= plan.runs; run++) {
    plan.progress(`${what}: run ${run} of ${plan.runs}`);
    const order = run % 2 === 1 ? contenders : contenders.toReversed();
    for (const { name, measure } of order) runs.get(name)?.push(await measure());
  }
  return new Map([...runs].map(([name, measured]) => [name, mediansOf(measured)]));
}

export function loaded(name: string, server: Measured, load: Load): Contender<Cost> {
  return { name, measure: () => costOf(server, load) };
}

/** Of each figure its own median. */
export function mediansOf<Figures extends object>(measured: readonly Figures[]): Figures {
  const keys = Object.keys(measured[0] as Figures) as (keyof Figures)[];
  const entries = keys.map((key) => [key, median(measured.map((one) => one[key] as number))]);
  return Object.fromEntries(entries) as Figures;
}
