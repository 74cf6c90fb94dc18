import { expect, it } from 'vitest';
import { runSmallLoss } from './small-losses.ts';

it('one claim and one touch that a failover lost are noticed and repaired, whatever others wrote meanwhile', async () => {
  const run = { rooms: 20, idleSeconds: 16, aloneMs: 1_200, others: 2 };
  const outcome = await runSmallLoss(run);
  console.log(outcome);
  expect(outcome.breaches).toEqual([]);
  expect(outcome.overtaken).toBeGreaterThan(0);
  expect(outcome).toMatchObject({ lost: run.rooms, claimsBack: run.rooms, touchesBack: run.rooms });
  expect(outcome.outcomes).toEqual({ left: run.rooms * run.others });
});
