/** Every built-in scenario fails by the named checks as it happened, and holds when it is mended. */
import { describe, expect, it } from 'vitest';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { builtInScenarios } from '../../load-tests/rehearse/scenario/built-in.ts';
import { type Rehearsed, rehearsed } from './rehearsed.ts';

const PAIR_MS = 120_000;

const pairs = builtInScenarios().filter(({ forms }) => forms.length > 0);
/** As it happened, by name. */
const happened = new Map<string, RehearsalReport>();

describe.each(pairs.map(({ name }) => name))('%s', (name) => {
  let tookMs = 0;

  it('fails by the check that must name it, as it happened', async () => {
    const { report, failsBy, failed, lastMs } = await rehearsed(name, 'as-it-happened');
    tookMs = lastMs;
    happened.set(name, report);
    expect(report.invalidBecause).toEqual([]);
    expect(failsBy.length).toBeGreaterThan(0);
    expect([...failed].sort()).toEqual([...failsBy].sort());
    expect(report.verdict).toBe('failed');
  });

  it('holds when it is mended, and both are played within two minutes', async () => {
    const mended = await rehearsed(name, 'mended');
    expectHeld(mended);
    expect(tookMs + mended.lastMs).toBeLessThan(PAIR_MS);
  });
});

describe('august-2018', () => {
  it('names both addresses that go around the line, and is mended by the rule that it proposes', async () => {
    const { findings = [] } = happened.get('august-2018') ?? {};
    const hosts = findings.map(({ evidence }) => evidence.host);
    expect(hosts).toEqual(expect.arrayContaining(['m.example.com', 'www.example.com']));
    const proposed = findings.find(({ proposedRule }) => proposedRule !== null)?.proposedRule;
    expectHeld(await rehearsed('august-2018', 'as-it-happened', proposed?.config));
  });
});

function expectHeld({ report, failed }: Rehearsed): void {
  expect(report.invalidBecause).toEqual([]);
  expect(failed).toEqual([]);
  expect(report.verdict).toBe('held');
}
