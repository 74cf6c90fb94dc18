/** The day after (August 2018): an event is taken offline, planned anew and opened again, and its line is the one that it was. */
import { expect, it } from 'vitest';
import { runReplanned } from '../fault/control/replanned.ts';

const VISITORS = 200;

it('an event that is put off to the next day says so everywhere, and lets its line in in the order that it had', async () => {
  const seen = await runReplanned(VISITORS, 'by itself');
  expect(seen.page.state).toBe('offline');
  expect(seen.page.text).toContain(`datetime="${seen.reopensAt}"`);
  expect(seen.statusPage).toContain(`datetime="${seen.reopensAt}"`);
  expect(seen.program).toMatchObject({
    status: 503,
    retryAfter: expect.stringMatching(/^\d+$/),
    body: { code: 'HG_OFFLINE', state: 'offline', expectedWaitSeconds: null, reopensAt: seen.reopensAt },
  });
  expect(seen.status).toMatchObject({ state: 'offline', reopensAt: seen.reopensAt, issued: VISITORS + 1 });
  expect(seen.offline).toEqual({ changedNumbers: 0, states: ['offline'], inventedWaits: 0 });
  expect(seen.launchOpensAt).toBe(seen.reopensAt);
  expect(seen.orderBroken).toBe(0);
  expect(seen.places).toBe(VISITORS);
  expect(seen.entered).toBe(VISITORS);
});
