/** A network that lies between gateways and Redis, in small: the long form is in test/fault. */
import { describe, expect, it } from 'vitest';
import { type Lie, runLies } from '../fault/store/lying-network.ts';

describe.concurrent('places and limits are kept', () => {
  it.each<Lie>(['cut', 'late', 'half-open'])('when the network is %s', async (lie) => {
    const run = {
      ...{ lie, forMs: 1_500 },
      sessions: 10,
      visitors: 25,
      overMs: 2_000,
      stayMs: { least: 500, most: 1_500 },
      seed: 51,
    };
    const outcome = await runLies(run);
    expect(outcome.breaches).toEqual([]);
    expect(outcome.outcomes).toEqual({ left: run.visitors });
    if (lie === 'cut') expect(outcome.cuts).toBeGreaterThan(0);
  });
});
