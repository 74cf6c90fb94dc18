/** A network that lies between gateways and Redis, in small: the long form is in test/fault. */
import { describe, expect, it } from 'vitest';
import { type Lie, runLies } from '../fault/store/lying-network.ts';

describe.concurrent('places and limits are kept', () => {
  it.each<Lie>(['cut', 'late', 'half-open'])('when the network is %s', async (lie) => {
    const run = {
      ...{ lie, forMs: 1_000, endsEarly: true },
      sessions: 5,
      visitors: 60,
      overMs: 1_500,
      stayMs: { least: 500, most: 1_500 },
      seed: 51,
    };
    const outcome = await runLies(run);
    expect(outcome.breaches).toEqual([]);
    expect(outcome.outcomes).toEqual({ left: expect.any(Number), stopped: expect.any(Number) });
    expect(outcome.callingAgainSeconds).not.toBeNull();
  });
});
