import { describe, expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runIsolation } from './isolation.ts';

describe.each([{ hasLimits: true }, { hasLimits: false }])(
  'one of ten events surges, limits: $hasLimits',
  ({ hasLimits }) => {
    it('the other nine are as fast as ever, and none of their visitors waits', async () => {
      const { seen, verdictOf } = await besideScheduling(() =>
        runIsolation({ hasLimits, bareMs: 10_000, calmMs: 12_000, surgeMs: 20_000 }),
      );
      const { calmP99Ms, surgeP99Ms, calmTold, surgingTold, bare } = seen;

      expect(bare.p99Ms, 'without a gate they suffer with it').toBeGreaterThan(5 * calmP99Ms);
      expect(surgingTold.waiting ?? 0, 'the surging event has a line').toBeGreaterThan(0);
      expect(Object.keys(calmTold), 'nobody else waits').toEqual(['admitted']);
      expect(verdictOf(surgeP99Ms <= 1.5 * calmP99Ms), `${surgeP99Ms} after ${calmP99Ms} ms`).not.toBe(
        'failed',
      );
    });
  },
);
