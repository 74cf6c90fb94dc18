/** Every built-in scenario fails by the named checks as it happened, and holds when it is mended. */
import { describe, expect, it } from 'vitest';
import { builtInScenarios } from '../../load-tests/rehearse/scenario/built-in.ts';
import { rehearsed } from './rehearsed.ts';

const PAIR_MS = 120_000;

const pairs = builtInScenarios().filter(({ forms }) => forms.length > 0);

describe.each(pairs.map(({ name }) => name))('%s', (name) => {
  let tookMs = 0;
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const beganMs = performance.now();
    const done = await work;
    tookMs += performance.now() - beganMs;
    return done;
  };

  it('fails by the check that must name it, as it happened', async () => {
    const { report, failsBy, failed } = await timed(rehearsed(name, 'as-it-happened'));
    expect(report.invalidBecause).toEqual([]);
    expect(failsBy.length).toBeGreaterThan(0);
    expect([...failed].sort()).toEqual([...failsBy].sort());
    expect(report.verdict).toBe('failed');
  });

  it('holds when it is mended, within two minutes for both', async () => {
    const { report, failed } = await timed(rehearsed(name, 'mended'));
    expect(report.invalidBecause).toEqual([]);
    expect(failed).toEqual([]);
    expect(report.verdict).toBe('held');
    expect(tookMs).toBeLessThan(PAIR_MS);
  });
});
