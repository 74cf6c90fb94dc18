/** A failover loses one claim and one touch while other gateways write on, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runSmallLoss } from '../fault/store/small-losses.ts';

it('a claim and a touch that were lost are known to the store again, and nobody is inside in their place', async () => {
  const run = { rooms: 2, idleSeconds: 8, aloneMs: 500, others: 1 };
  const outcome = await runSmallLoss(run);
  expect(outcome.breaches).toEqual([]);
  expect(outcome).toMatchObject({ lost: run.rooms, claimsBack: run.rooms, touchesBack: run.rooms });
  expect(outcome.outcomes).toEqual({ left: run.rooms * run.others });
});
