/** One judged path, at length: 100,000 mutated spellings over real sockets against a full room. */
import { expect, test } from 'vitest';
import { counts, judge, mutations, startFullGate, tryAll } from '../flow/judged-path-trial.ts';

const MUTATIONS = 100_000;
const BATCH = 10_000;
const SEED = 20_181_808;

test(`none of ${MUTATIONS} spellings of a protected path reaches the platform`, async () => {
  const gate = await startFullGate();
  const all = mutations(MUTATIONS, SEED);
  const totals: Record<string, number> = {};
  const startedAtMs = performance.now();
  for (let from = 0; from < MUTATIONS; from += BATCH) {
    const trial = await tryAll(gate, all.slice(from, from + BATCH), 32);
    expect(judge(trial)).toEqual([]);
    for (const [state, count] of Object.entries(counts(trial))) totals[state] = (totals[state] ?? 0) + count;
  }
  console.table({ ...totals, seconds: Math.round((performance.now() - startedAtMs) / 1_000) });
});
