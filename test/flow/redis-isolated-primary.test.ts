/** An old primary that still answers one gateway, in small: the long form is in test/fault. */
import { describe, expect, it } from 'vitest';
import { runIsolation } from '../fault/store/isolated-primary.ts';

const RUN = { sessions: 12, inside: 3, alone: 4, together: 5, partedMs: 3_000, seed: 71 };

describe.concurrent('an old primary that still answers one gateway of three costs no place', () => {
  it.each([true, false])('where it refuses: %s', async (refuses) => {
    const outcome = await runIsolation({ ...RUN, refuses });
    // How late the silence is noticed is a matter of time.
    const { overLimit: _over, breaches: _told, ...figures } = outcome;
    expect(figures).toMatchObject({ lostPlaces: 0, orderBroken: 0, positionsGrown: 0 });
    expect(outcome.outcomes).toEqual({ left: RUN.inside + RUN.alone + RUN.together });
  });
});
