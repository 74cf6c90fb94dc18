/** Short forms of the long runs of automatic protection: that it acts, not how fast. */
import { expect, it } from 'vitest';
import { runLimitCheck } from '../fault/protection/limit-check.ts';
import { runNoLimits } from '../fault/protection/no-limits.ts';
import { engagement, runSurge } from '../fault/protection/surge.ts';

// Before the others: their load is none of its business.
it('the line engages in the request that exceeds a limit', async () => {
  expect(await engagement(2)).toEqual(['admitted', 'admitted', 'waiting']);
});

it.concurrent('a surge at a room with limits waits in its line, and the platform’s own queue stays short', async () => {
  const seen = await runSurge({ times: 10, bestMs: 1_500, bareMs: 5_000, calmMs: 1_000, surgeMs: 6_000 });
  expect(seen.told.waiting).toBeGreaterThan(0);
  expect(seen.journal.map(({ kind }) => kind)).toContain('engage');
  expect(seen.thrownOut).toBe(0);
  expect(seen.mostWaiting).toBeLessThan(seen.bare.mostWaiting / 4);
});

it.concurrent('a surge at a room without limits is seen, and waits in a line', async () => {
  const seen = await runNoLimits({
    ...{ times: 10, bestMs: 1_500, bareMs: 5_000 },
    ...{ calmMs: 4_000, surgeMs: 8_000, judgedMs: 4_000 },
  });
  expect(seen.calmDecisions).toEqual([]);
  expect(seen.journal).toContainEqual(
    expect.objectContaining({ kind: 'engage', room: 'event-4711', mode: 'act' }),
  );
  expect(seen.told.waiting).toBeGreaterThan(0);
  expect(seen.mostWaiting).toBeLessThan(seen.bare.mostWaiting);
});

it.concurrent('a platform that becomes twenty times slower gets fewer visitors, and nobody inside is thrown out', async () => {
  const seen = await runLimitCheck({ wellMs: 8_000, slowMs: 8_000, recoverMs: 2_000 });
  expect(seen.least).toBeLessThan(seen.before);
  expect(seen.thrownOut).toBe(0);
  expect(seen.journal.map(({ kind }) => kind)).toContain('factor');
});
