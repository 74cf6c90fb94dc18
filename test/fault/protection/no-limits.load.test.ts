import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runNoLimits } from './no-limits.ts';

const ENGAGED_WITHIN_MS = 2_000;

it('a room without limits engages within 2 s of distress, and finds what the platform bears', async () => {
  const { seen, verdictOf } = await besideScheduling(() =>
    runNoLimits({
      ...{ times: 20, bestMs: 5_000, bareMs: 8_000 },
      ...{ calmMs: 12_000, surgeMs: 50_000, judgedMs: 15_000 },
    }),
  );
  const { best, bare, goodput, calmDecisions, calmWaits, engagedMs, distressedMs } = seen;

  expect(bare.goodput).toBeLessThan(0.5 * best);
  expect(verdictOf(calmDecisions.length === 0 && calmWaits === 0), 'nothing is decided in the calm').not.toBe(
    'failed',
  );
  const lateMs = engagedMs === null ? null : engagedMs - (distressedMs ?? engagedMs);
  expect(verdictOf(lateMs !== null && lateMs <= ENGAGED_WITHIN_MS), `${lateMs} ms`).not.toBe('failed');
  expect(verdictOf(goodput >= 0.8 * best), `${goodput} of ${best}`).not.toBe('failed');
});
