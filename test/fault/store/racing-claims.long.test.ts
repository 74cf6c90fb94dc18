import { expect, it } from 'vitest';
import { runRace } from './racing-claims.ts';

it('1,000 called tickets, each claimed at three gateways at once: never above 50 inside, no ticket twice', async () => {
  const run = { tickets: 1_000, slots: 50, stayMs: 300 };
  const outcome = await runRace(run);
  console.log(outcome);
  expect(outcome.called).toBeGreaterThanOrEqual(run.tickets);
  expect(outcome.mostSessions).toBeLessThanOrEqual(run.slots);
  expect(outcome.admissions).toBe(run.tickets);
  expect(outcome.left).toBeGreaterThan(run.tickets / 2);
  expect(outcome.letInTwice).toBe(0);
  expect(outcome.failed).toBe(0);
});
