import { describe, expect, it } from 'vitest';
import { runIsolation } from './isolated-primary.ts';

// The others give more numbers, so that each of their last tickets is news to the one that is alone.
const RUN = { sessions: 30, inside: 9, alone: 32, together: 60, partedMs: 8_000, seed: 71 };
const EVERYBODY = { left: RUN.inside + RUN.alone + RUN.together };

describe.concurrent('an old primary that still answers one gateway of three', () => {
  it('refuses with min-replicas-to-write 1: each room follows its onStoreLoss', async () => {
    const outcome = await runIsolation({ ...RUN, refuses: true });
    console.log(outcome);
    expect(outcome.breaches).toEqual([]);
    expect(outcome.outcomes).toEqual(EVERYBODY);
    expect(outcome.saidAlone).toEqual({ share: 'held', hold: 'held', open: 'admitted' });
  });

  it('writes on: that gateway overshoots at most by its share, and stops at a token of the other side', async () => {
    const outcome = await runIsolation({ ...RUN, refuses: false });
    console.log(outcome);
    expect(outcome.breaches).toEqual([]);
    expect(outcome.outcomes).toEqual(EVERYBODY);
    expect(outcome.admittedAlone).toBeGreaterThan(0);
    expect(outcome.admittedAfterToken).toBe(0);
  });
});
