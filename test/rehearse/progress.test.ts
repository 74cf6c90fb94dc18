/** What is shown while a rehearsal goes on, and in the end. */
import { describe, expect, it } from 'vitest';
import { brokenAt, createProgress } from '../../load-tests/rehearse/command/progress.ts';
import type { Expectation, Scenario, Scene } from '../../load-tests/rehearse/words.ts';

const quick: Expectation = {
  ...{ name: 'platform-quick', figure: 'platform.p95Ms', over: 'most', fromSeconds: 10, untilSeconds: 600 },
  ...{ bound: { kind: 'at-most', value: 500 }, meaning: '', advice: '' },
};
const scenario = { title: 'A launch', seconds: 600, expectations: [quick] } as unknown as Scenario;
const scene = (atSeconds: number, p95Ms: number | null): Scene => ({
  atSeconds,
  figures: { 'platform.p95Ms': p95Ms, 'line.waiting': 1_208, 'arrivals.perMinute': 300, 'gate.findings': 2 },
});

function shown(isTTY: boolean, scenes: readonly Scene[]): string[] {
  const written: string[] = [];
  let second = 0;
  const screen = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  const show = createProgress(scenario, screen, () => second * 1_000);
  for (const one of scenes) {
    show(one);
    second += 1;
  }
  return written;
}

describe('progress', () => {
  const scenes = [5, 6, 7, 8, 9, 10, 11].map((at) => scene(at, at < 9 ? 40 : 900));

  it('is a line every five seconds where nobody draws', () => {
    expect(shown(false, scenes)).toEqual([
      '0:05 of 10:00 │ arrivals 300 a minute │ waiting 1,208 │ inside – │ platform 40 ms (p95) │ findings 2 │ so far all holds\n',
      '0:10 of 10:00 │ arrivals 300 a minute │ waiting 1,208 │ inside – │ platform 900 ms (p95) │ findings 2 │ broken: platform-quick\n',
    ]);
  });

  it('is drawn anew on a terminal, within its width', () => {
    const written = shown(true, scenes.slice(0, 2));
    expect(written).toHaveLength(2);
    expect(written[0]).not.toContain('\u001b');
    expect(written[1]).toContain('\u001b[6A\u001b[J0:06 of 10:00');
    for (const line of written[0]!.split('\n')) expect(line.length).toBeLessThan(80);
  });

  it('says that a check is broken once nothing can mend it, and only within its time', () => {
    expect(brokenAt([quick], scene(9, 900))).toEqual([]);
    expect(brokenAt([quick], scene(10, 900))).toEqual(['platform-quick']);
    expect(brokenAt([quick], scene(10, null))).toEqual([]);
    expect(brokenAt([{ ...quick, over: 'mean' }], scene(10, 900))).toEqual([]);
  });
});
