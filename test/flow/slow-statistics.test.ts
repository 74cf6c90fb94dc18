/** Statistics that are late, refused or lost: requests are served, one report is under way, and the log says it once. */
import { expect, it } from 'vitest';
import { FAULTS, runSlowStatistics } from '../fault/control/slow-statistics.ts';
import { runStandingAdmin } from '../fault/control/standing-admin.ts';

it('statistics that nobody takes are left out and counted, and go on when they are taken again', async () => {
  const seen = await runSlowStatistics({ rounds: 1, phaseMs: 2_500, perSecond: 100, slowMs: 3_000 });
  expect(seen.atOnce).toBe(1);
  for (const phase of FAULTS) {
    const found = seen.phases.find((one) => one.phase === phase)!;
    expect(found, phase).toMatchObject({ notServed: 0, began: 1, over: 1 });
    expect(found.asked, phase).toBeGreaterThan(50);
    const { failed, skipped } = found.reports;
    expect(failed + skipped, phase).toBeGreaterThan(0);
  }
  expect(seen.phases[0]).toMatchObject({ phase: 'calm', notServed: 0, began: 0, over: 0 });
  expect(seen.phases[0]?.reports).toMatchObject({ failed: 0, skipped: 0 });
  expect(seen.drainExit).toBe(0);
}, 120_000);

it('nobody at a gateway notices that the admin process stands still', async () => {
  const seen = await runStandingAdmin({ rounds: 1, phaseMs: 4_000, perSecond: 50 });
  for (const { isStill, notServed, reports } of seen.phases) {
    expect({ isStill, notServed }).toEqual({ isStill, notServed: 0 });
    expect(reports).toMatchObject({ failed: 0, skipped: 0 });
    expect(reports.sent).toBeGreaterThan(2);
  }
  expect(seen.complaints).toEqual([]);
  expect(seen.heardAfter).toBe(2);
}, 120_000);
