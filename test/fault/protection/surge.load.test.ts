import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { DATABASE } from './capacity.ts';
import { runSurge } from './surge.ts';

it('twenty times what the platform bears: it does nine tenths of its best, and no page takes twice as long', async () => {
  const { seen, verdictOf } = await besideScheduling(() =>
    runSurge({ times: 20, bestMs: 6_000, bareMs: 8_000, calmMs: 8_000, surgeMs: 24_000 }),
  );
  const { best, bare, goodput, mostWaiting, calmP95Ms, surgeP95Ms, thrownOut } = seen;

  expect(bare.goodput).toBeLessThan(0.5 * best);
  expect(verdictOf(goodput >= 0.9 * best), `${goodput} of ${best}`).not.toBe('failed');
  expect(verdictOf(mostWaiting <= 2 * DATABASE.databaseConnections), `${mostWaiting} wait`).not.toBe(
    'failed',
  );
  expect(verdictOf(surgeP95Ms <= 2 * calmP95Ms), `${surgeP95Ms} after ${calmP95Ms} ms`).not.toBe('failed');
  expect(thrownOut).toBe(0);
});
