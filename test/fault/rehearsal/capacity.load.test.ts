/** `headgate rehearse --find-capacity` finds what the demo platform was set to, within 15 %, for three settings. */
import { describe, expect, it } from 'vitest';
import { startChild } from '../../../load-tests/child-process.ts';
import type { CapacityReport } from '../../../load-tests/rehearse/capacity/words.ts';

/** The longest that a search may take. */
const WITHIN_SECONDS = 120;

async function findCapacity(platform: {
  databaseConnections: number;
  queryMs: number;
}): Promise<CapacityReport> {
  const args = ['rehearse', '--find-capacity', '--json', '--platform', JSON.stringify(platform)];
  const child = startChild('gateway/main.ts', args);
  const code = await child.ended;
  const output = child.output();
  const report: CapacityReport = JSON.parse(output.slice(output.indexOf('\n{') + 1));
  expect(code).toBe(report.verdict === 'held' ? 0 : 1);
  return report;
}

describe('a capacity is found', () => {
  it.each([
    { databaseConnections: 4, queryMs: 40 },
    { databaseConnections: 10, queryMs: 20 },
    { databaseConnections: 24, queryMs: 25 },
  ])('with %o', async (setting) => {
    const { outcome, capacity, setTo, proposal, tookSeconds, confirmed } = await findCapacity(setting);
    const queriesPerSecond = (setting.databaseConnections * 1_000) / setting.queryMs;
    // A registration asks the database fourteen times.
    const share = (capacity?.visitsPerMinute ?? 0) / ((queriesPerSecond / 14) * 60);
    console.log(
      `capacity with ${JSON.stringify(setting)}: ${(share * 100).toFixed(1)} % of what was set, in ${tookSeconds.toFixed(0)} s`,
    );
    expect(outcome).toBe('found');
    expect(share).toBeGreaterThan(0.85);
    expect(share).toBeLessThan(1.15);
    expect(setTo?.foundShare).toBeCloseTo(share, 5);
    expect(confirmed?.failedShare).toBe(0);
    expect(proposal?.limits.admissionsPerMinute).toBeLessThan(capacity!.visitsPerMinute);
    expect(tookSeconds).toBeLessThan(WITHIN_SECONDS);
  });
});
