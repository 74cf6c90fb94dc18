/** Each ticket is claimed at three gateways at once, in small: the long form is in test/fault. */
import { expect, it } from 'vitest';
import { runRace } from '../fault/store/racing-claims.ts';

it('100 called tickets claimed at three gateways at once fill ten slots and no more, and none is let in twice', async () => {
  const outcome = await runRace({ tickets: 100, slots: 10, stayMs: 100 });
  expect(outcome).toMatchObject({ called: 100, mostSessions: 10, admissions: 100, letInTwice: 0, failed: 0 });
});
