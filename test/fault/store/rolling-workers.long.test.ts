import { it } from 'vitest';
import { expectUnnoticed } from './rolling-law.ts';
import { runRolling } from './rolling-restarts.ts';

it('three gateways of two workers each are replaced, with lower limits: no request fails, no place is lost', async () => {
  const run = {
    ...{ rounds: 2, workers: 2, sessions: [40, 25] as const },
    ...{ visitors: 700, overMs: 30_000, stayMs: { least: 1_500, most: 3_000 }, seed: 72 },
  };
  const outcome = await runRolling(run);
  console.log(outcome);
  expectUnnoticed(outcome, run);
});
