/** Statistics cannot slow a request, by the clock: while reports take ten seconds, are refused, or go nowhere. */
import { expect, it } from 'vitest';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { ratioVerdict } from '../timing.ts';
import { FAULTS, p99Of, runSlowStatistics } from './slow-statistics.ts';
import { runStandingAdmin } from './standing-admin.ts';
import { percentile } from './steady-visitors.ts';

const FACTOR = 1.2;

/** Where the calm differs from itself by as much, a difference says nothing. */
function verdictOf(calmMs: readonly number[], seenMs: number, schedulingDelayMs: number) {
  const verdict = ratioVerdict(percentile(calmMs, 0.5), seenMs, FACTOR, schedulingDelayMs);
  const isStarved = Math.max(...calmMs) > FACTOR * Math.min(...calmMs);
  return verdict === 'failed' && isStarved ? 'invalid' : verdict;
}

it('requests are answered as fast as ever, nothing piles up, and reports go on when they can', async () => {
  const delay = measureSchedulingDelay();
  const seen = await runSlowStatistics({ rounds: 2, phaseMs: 8_000, perSecond: 250, slowMs: 10_000 });
  const { p99Ms: schedulingDelayMs } = await delay.stop();
  const calm = seen.phases.filter(({ phase }) => phase === 'calm').map(({ p99Ms }) => p99Ms);
  const p99Ms = Object.fromEntries(FAULTS.map((fault) => [fault, p99Of(seen, fault)]));
  console.table(seen.phases.map(({ reports, ...phase }) => ({ ...phase, ...reports })));
  console.log({
    calmMs: p99Of(seen, 'calm'),
    p99Ms,
    schedulingDelayMs,
    atOnce: seen.atOnce,
    reportBytes: seen.reportBytes,
  });

  for (const fault of FAULTS)
    expect(verdictOf(calm, p99Of(seen, fault), schedulingDelayMs), fault).not.toBe('failed');
  expect(seen.atOnce).toBe(1);
  expect(seen.reportBytes).toBeGreaterThan(100_000);
  expect(seen.phases.reduce((sum, { notServed }) => sum + notServed, 0)).toBe(0);
  const resident = seen.phases.map(({ residentMb }) => residentMb);
  expect(resident.at(-1)! - resident[3]!).toBeLessThan(50);
});

it('nobody at a gateway notices that the admin process stands still', async () => {
  const delay = measureSchedulingDelay();
  const seen = await runStandingAdmin({ rounds: 2, phaseMs: 8_000, perSecond: 250 });
  const { p99Ms: schedulingDelayMs } = await delay.stop();
  const p99sOf = (wanted: boolean) =>
    seen.phases.filter(({ isStill }) => isStill === wanted).map(({ p99Ms }) => p99Ms);
  console.table(seen.phases.map(({ reports, ...phase }) => ({ ...phase, ...reports })));
  console.log({ schedulingDelayMs });
  expect(verdictOf(p99sOf(false), percentile(p99sOf(true), 0.5), schedulingDelayMs)).not.toBe('failed');
  expect(seen.phases.reduce((sum, { notServed }) => sum + notServed, 0)).toBe(0);
});
