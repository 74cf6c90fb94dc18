/** Gateways of one Redis are replaced one after the other, in small: the long form is in test/fault. */
import { it } from 'vitest';
import { expectUnnoticed } from '../fault/store/rolling-law.ts';
import { runRolling } from '../fault/store/rolling-restarts.ts';

it('a rolling restart with lower limits: no request fails, no place is lost', async () => {
  const run = {
    ...{ rounds: 1, workers: 1, sessions: [12, 8] as const },
    ...{ visitors: 160, overMs: 12_000, stayMs: { least: 500, most: 1_000 }, seed: 73 },
  };
  expectUnnoticed(await runRolling(run), run);
});
