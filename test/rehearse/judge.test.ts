/** What must hold is judged by what was seen, and says what was seen. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../load-tests/rehearse/play/judge.ts';
import { shownValue } from '../../load-tests/rehearse/play/shown.ts';
import type { Expectation, Scene } from '../../load-tests/rehearse/words.ts';

const SCENES: readonly Scene[] = [
  { atSeconds: 10, figures: { 'platform.p95Ms': 40, 'line.waiting': 0 } },
  { atSeconds: 20, figures: { 'platform.p95Ms': 900, 'line.waiting': 5 } },
  { atSeconds: 30, figures: { 'platform.p95Ms': null, 'line.waiting': 7 } },
  { atSeconds: 40, figures: { 'platform.p95Ms': 60, 'line.waiting': 3 } },
];

function expectation(change: Partial<Expectation>): Expectation {
  return {
    name: 'latency',
    figure: 'platform.p95Ms',
    over: 'most',
    fromSeconds: 0,
    untilSeconds: 60,
    bound: { kind: 'at-most', value: 500 },
    meaning: 'the platform is slow',
    advice: 'let fewer in',
    ...change,
  };
}

function judged(change: Partial<Expectation>, end: Record<string, number | null> = {}) {
  const [check] = judge([expectation(change)], { scenes: SCENES, end, seconds: 60 });
  if (check === undefined) throw new Error('nothing was judged');
  return check;
}

describe('a check', () => {
  it('fails by the worst moment, and names it', () => {
    const { held, seen, wanted, evidence } = judged({});
    expect({ held, seen, wanted }).toEqual({
      held: false,
      seen: 900,
      wanted: 'at most 500 ms (at any moment)',
    });
    expect(evidence.join(' ')).toContain('900 ms at the worst of 3 moments, after 20 s');
    expect(evidence.join(' ')).toContain('at 1 of the moments');
  });

  it.each([
    ['most', 900],
    ['least', 40],
    ['mean', 1_000 / 3],
    ['median', 60],
    ['last', 60],
  ] as const)('looks at the %s of what was seen', (over, seen) => {
    expect(judged({ over }).seen).toBeCloseTo(seen);
  });

  it('of what is so or not says yes or no, as a bound, as what was seen and as evidence', () => {
    const isActive = { figure: 'rule.isActive', over: 'last', bound: { kind: 'equals', value: 1 } } as const;
    const check = judged(isActive, { 'rule.isActive': 0 });
    expect(check).toMatchObject({ held: false, wanted: 'yes' });
    expect(check.evidence[0]).toMatch(/: no\.$/);
    expect([0, 1, 0.5].map((value) => shownValue(value, '0 or 1'))).toEqual(['no', 'yes', '0.5']);
  });

  it('judges its own part of the time alone', () => {
    const { held, wanted } = judged({ fromSeconds: 25 });
    expect({ held, wanted }).toEqual({
      held: true,
      wanted: 'at most 500 ms (at any moment, from 25 s to 60 s)',
    });
  });

  it('has not held where nobody told what it asks for', () => {
    expect(judged({ fromSeconds: 50 })).toMatchObject({ held: null, seen: null });
    expect(judged({ figure: 'rule.isActive' })).toMatchObject({ held: null, seen: null });
  });

  it('judges a figure of the end by the end', () => {
    const bound = { kind: 'equals', value: 0 } as const;
    expect(judged({ figure: 'rule.isActive', bound }, { 'rule.isActive': 1 }).held).toBe(false);
    expect(judged({ figure: 'rule.isActive', bound }, { 'rule.isActive': 0 }).held).toBe(true);
  });

  it('says what else was seen when it fails, and nothing more when it holds', () => {
    const more = () => ['m.example.com went around the line.'];
    const seen = { scenes: SCENES, end: {}, seconds: 60 };
    const [failed, held] = judge([expectation({}), expectation({ fromSeconds: 25 })], seen, more);
    expect(failed?.evidence).toContain('m.example.com went around the line.');
    expect(held?.evidence).not.toContain('m.example.com went around the line.');
  });
});
