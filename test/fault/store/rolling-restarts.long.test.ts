import { it } from 'vitest';
import { expectUnnoticed } from './rolling-law.ts';
import { runRolling } from './rolling-restarts.ts';

it('8 rolling restarts of three gateways, with lower limits half way: no request fails, no place is lost', async () => {
  const run = {
    ...{ rounds: 8, workers: 1, sessions: [60, 40] as const },
    ...{ visitors: 900, overMs: 30_000, stayMs: { least: 1_500, most: 3_000 }, seed: 71 },
  };
  const outcome = await runRolling(run);
  console.log(outcome);
  expectUnnoticed(outcome, run);
});
