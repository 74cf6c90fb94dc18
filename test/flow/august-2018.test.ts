/** The queue that was not in the way (August 2018): found live, named by address, mended by the rule that is proposed. */
import { expect, it } from 'vitest';
import { ROOM, runAugust, UNCOVERED } from '../fault/control/august-2018.ts';

it('traffic around the line is named by address and share, and the proposed rule ends it without anybody losing a form', async () => {
  const seen = await runAugust();
  for (const host of UNCOVERED) {
    const finding = seen.findings.find(({ evidence }) => evidence.host === host);
    expect(finding).toMatchObject({ severity: 'critical', room: ROOM });
    expect(finding?.proposedRule).not.toBeNull();
  }
  for (const { told, books } of seen.shares) expect(Math.abs(told - books)).toBeLessThanOrEqual(0.02);
  expect(seen.unqueuedBefore).toBeGreaterThan(0.5);
  expect(Math.abs(seen.dryRunShare - seen.changedShare)).toBeLessThanOrEqual(0.01);
  expect(seen.unqueuedAfter).toBe(0);
  expect(seen.finished).toBe(seen.begun);
}, 120_000);
