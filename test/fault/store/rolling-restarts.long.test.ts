import { it } from 'vitest';
import { expectUnnoticed } from './rolling-law.ts';
import { runRolling } from './rolling-restarts.ts';

it('20 rolling restarts of three gateways, with lower limits half way: no request fails, no place is lost', async () => {
  const run = {
    ...{ rounds: 20, workers: 1, sessions: [60, 40] as const },
    ...{ visitors: 2_000, overMs: 70_000, stayMs: { least: 1_500, most: 3_000 }, seed: 71 },
  };
  const outcome = await runRolling(run);
  console.log(outcome);
  expectUnnoticed(outcome, run);
});
