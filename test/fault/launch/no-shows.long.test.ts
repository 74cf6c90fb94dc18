/** Half do not come when called, and hardly a slot stands empty. */
import { expect, it } from 'vitest';
import { verdictOf } from '../timing.ts';
import { runNoShows } from './no-shows.ts';

const MINUTE_MS = 60_000;
/** NO_SHOWS_FACTOR=1 plays it in its whole length. */
const FACTOR = Number(process.env.NO_SHOWS_FACTOR ?? 6);

it('50 % no-shows, 20 sessions, stays of 3 minutes: at least .95 of the slots are used over 10 minutes, all compressed to 100 s', async () => {
  const outcome = await runNoShows({
    ...{ factor: FACTOR, sessions: 20, visitors: 400, noShowShare: 0.5, seed: 23 },
    ...{ stayMs: 3 * MINUTE_MS, judgedMs: 10 * MINUTE_MS },
  });
  console.log(outcome);
  expect([outcome.most <= 20, outcome.grown]).toEqual([true, 0]);
  // Its programs' time passes so many times as fast: so do their delays.
  const delayMs = FACTOR * outcome.schedulingDelayMs;
  const { waitedSeconds, utilisation } = outcome;
  expect(verdictOf(waitedSeconds > 540, delayMs, `waited for ${waitedSeconds} s`)).not.toBe('failed');
  expect(verdictOf(utilisation >= 0.95, delayMs, `utilisation ${utilisation}`)).not.toBe('failed');
}, 900_000);
