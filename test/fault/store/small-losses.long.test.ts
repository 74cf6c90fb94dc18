import { expect, it } from 'vitest';
import { verdictOf } from '../timing.ts';
import { runSmallLoss } from './small-losses.ts';

it('one claim and one touch that a failover lost are noticed and repaired, whatever others wrote meanwhile', async () => {
  const run = { rooms: 20, idleSeconds: 16, aloneMs: 1_200, others: 2 };
  const outcome = await runSmallLoss(run);
  console.log(outcome);
  const { breaches, claimsBack, touchesBack, schedulingDelayMs } = outcome;
  expect(outcome.overtaken).toBeGreaterThan(0);
  expect(outcome.lost).toBe(run.rooms);
  // All of it while the leases last, which are short.
  const isRepaired = breaches.length === 0 && Math.min(claimsBack, touchesBack) === run.rooms;
  const what = [`${claimsBack} claims and ${touchesBack} touches are back`, ...breaches].join('; ');
  expect(verdictOf(isRepaired, schedulingDelayMs, what), what).not.toBe('failed');
  expect(outcome.outcomes).toEqual({ left: run.rooms * run.others });
});
