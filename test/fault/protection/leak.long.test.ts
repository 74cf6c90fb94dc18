import { describe, expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { BOUND, runLeak, UPSTREAM } from './leak.ts';

// Both mostly wait: for a minute of growth, and for a minute without.
describe.concurrent('connections that only grow', () => {
  it('one connection in fifty is never closed: an alarm names upstream and slope before a third of the bound', async () => {
    const { seen, verdictOf } = await besideScheduling(() =>
      runLeak({ leakEvery: 50, perSecond: 30, mostMs: 100_000 }),
    );

    const connections = seen.alarm?.connections ?? BOUND;
    expect(verdictOf(connections < BOUND / 3), `alarm at ${connections} connections`).not.toBe('failed');
    if (seen.alarm === null) return;
    expect(seen.alarm.sentence).toContain(UPSTREAM);
    expect(seen.alarm.sentence).toMatch(/\d+(\.\d+)? .*minute/);
  });

  it('a platform that is busy and well raises none', async () => {
    const { seen, verdictOf } = await besideScheduling(() =>
      runLeak({ leakEvery: 0, perSecond: 150, mostMs: 75_000 }),
    );
    const said = seen.alarm?.sentence ?? 'nothing';
    expect(verdictOf(seen.alarm === null, said), said).not.toBe('failed');
  });
});
