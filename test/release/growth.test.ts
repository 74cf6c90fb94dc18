/** Laws of steady growth: a leak is told long before its bound, with its slope; a busy hour, however wild, tells of none. */
import { describe, expect, it } from 'vitest';
import { createGrowth, type GrowthSeries, judgeGrowth } from '../../gateway/release/growth.ts';
import { growthSeries } from '../../gateway/release/growth-series.ts';
import { steadyGrowth, theilSen } from '../../gateway/release/steady-growth.ts';
import type { DecisionMode, Judgement, UpstreamSample } from '../../gateway/release/words.ts';
import { type Load, randomOf, type Seen, windows } from './growth-platform.ts';

const settings = { growthPerMinute: 2, leastMinutes: 2 };

/** What is said while it goes on, each with the second. */
function said(seen: Iterable<Seen>, mode: DecisionMode = 'act') {
  const all: (Judgement & { second: number })[] = [];
  let state = createGrowth();
  for (const { nowMs, series } of seen) {
    const judged = judgeGrowth(state, { nowMs, series, settings, mode });
    state = judged.state;
    for (const judgement of judged.judgements) all.push({ ...judgement, second: nowMs / 1_000 });
  }
  return all;
}

function firstLeak(load: Load) {
  const [leak] = said(windows(load));
  return leak ?? null;
}

/** Rates between 20 and 200 a second that swing tenfold, in steps and in ramps, with bursts. */
function busyHour(seed: number): (second: number) => number {
  const random = randomOf(seed * 7_919);
  const knots: { at: number; rate: number; isStep: boolean }[] = [{ at: 0, rate: 20, isStep: true }];
  while (knots.at(-1)!.at < 3_600) {
    const at = knots.at(-1)!.at + 5 + random() * 240;
    knots.push({ at, rate: 20 * 10 ** random(), isStep: random() < 0.5 });
  }
  const bursts = Array.from({ length: 40 }, () => random() * 3_600);
  let i = 0;
  return (second) => {
    while (knots[i + 1]!.at <= second) i++;
    const [from, to] = [knots[i]!, knots[i + 1]!];
    const share = to.isStep ? 0 : (second - from.at) / (to.at - from.at);
    const burst = bursts.some((at) => second >= at && second < at + 3) ? 3 : 1;
    return (from.rate + (to.rate - from.rate) * share) * burst;
  };
}

describe('a leak of one request in fifty', () => {
  it.each([20, 25, 30, 40, 60, 80, 100, 150, 200])(
    'at %i requests a second is told before a third of the bound',
    (rate) => {
      for (const seed of [1, 2]) {
        const leak = firstLeak({ seed, seconds: 600, rate: () => rate, leakEvery: 50 });
        expect(leak).toMatchObject({ kind: 'leak', upstream: 'platform', limit: 256 });
        expect(leak!.value).toBeLessThan(256 / 3);
      }
    },
  );

  it('that begins in the middle of a busy hour is told, too', () => {
    for (const seed of [1, 2, 3]) {
      const rate = busyHour(seed);
      const leak = firstLeak({ seed, seconds: 1_200, rate: (second) => rate(second + 600), leakEvery: 50 });
      expect(leak!.value).toBeLessThan(256 / 2);
    }
  });

  it('is told by upstream and slope, in a sentence for a person', () => {
    const leak = firstLeak({ seed: 1, seconds: 600, rate: () => 40, leakEvery: 50 });
    const perMinute = Number(/grow by (\d+) a minute/.exec(leak!.sentence)?.[1]);
    expect(perMinute).toBeGreaterThan(48 * 0.6);
    expect(perMinute).toBeLessThan(48 * 1.4);
    expect(leak!.sentence).toMatch(/of platform grow by .* busy or not: \d+ of 256/);
  });

  it('is told once for each series, and its end when the platform was restarted', () => {
    const leaking = [...windows({ seed: 1, seconds: 240, rate: () => 40, leakEvery: 50 })];
    const after = [...windows({ seed: 2, seconds: 60, rate: () => 40 })].map(({ nowMs, series }) => ({
      series,
      nowMs: nowMs + 240_000,
    }));
    const all = said([...leaking, ...after]).filter(({ signal }) => signal === 'in-flight');
    expect(all.map(({ sentence }) => /grow|are back/.exec(sentence)?.[0])).toEqual(['grow', 'are back']);
  });

  it('is not looked for where it is off', () => {
    expect(said(windows({ seed: 1, seconds: 300, rate: () => 40, leakEvery: 50 }), 'off')).toEqual([]);
  });
});

describe('no leak is seen', () => {
  it.each([1, 2, 3])('in a busy, healthy hour: seed %i', (seed) => {
    expect(said(windows({ seed, seconds: 3_600, rate: busyHour(seed) }))).toEqual([]);
  });

  it('in an honest growth of ten times over an hour', () => {
    const rate = (second: number) => 20 * 10 ** (second / 3_600);
    expect(said(windows({ seed: 1, seconds: 3_600, rate }))).toEqual([]);
  });

  it('where answers take longer and longer: that is distress, and no leak', () => {
    const mean = (second: number) => 0.05 + second / 600;
    expect(said(windows({ seed: 1, seconds: 300, rate: () => 40, mean }))).toEqual([]);
  });

  it('in pauses of the platform', () => {
    const mean = (second: number) => (second % 20 < 2 ? 2 : 0.05);
    expect(said(windows({ seed: 1, seconds: 1_200, rate: () => 60, mean }))).toEqual([]);
  });
});

describe('the platform’s own connections', () => {
  const database = (at: number, leakPerSecond: number, random: () => number): GrowthSeries => ({
    ...{ upstream: 'platform', signal: 'database-connections', bound: 100, load: 4, settlesMs: 1_000 },
    value: Math.min(100, Math.floor(at * leakPerSecond) + Math.floor(random() * 8)),
  });
  function* reported(seconds: number, leakPerSecond: number, everySeconds: number): Generator<Seen> {
    const random = randomOf(5);
    let series: GrowthSeries[] = [];
    for (let at = 0; at < seconds; at += 0.5) {
      if (at % everySeconds === 0) series = [database(at, leakPerSecond, random)];
      yield { nowMs: at * 1_000, series };
    }
  }

  it.each([1, 5])('that leak are told before a third, reported every %i s', (everySeconds) => {
    const [leak] = said(reported(300, 0.25, everySeconds));
    expect(leak).toMatchObject({ signal: 'database-connections', limit: 100 });
    expect(leak!.value).toBeLessThan(40);
  });

  it('that are busy, yet come back, tell nothing', () => {
    expect(said(reported(3_600, 0, 5))).toEqual([]);
  });
});

describe('a window', () => {
  const sample = {
    ...{ spanMs: 500, answers: 10, errors: 0, empties: 0, queued: 0, shed: {}, oldestMs: 0, longRunning: 0 },
    routes: [
      {
        route: 'GET /',
        class: 'registration',
        answers: 10,
        errors: 0,
        empties: 0,
        totalMs: 1_000,
        latency: [],
      },
    ],
    ...{ inFlight: { mean: 2, most: 4, now: 3 }, connections: 9, targets: { up: 1, all: 1 } },
  } satisfies UpstreamSample;

  it('gives sockets without streams, requests in flight, and signals of connections that are fresh', () => {
    const signal = {
      name: 'database connections',
      upstream: 'platform',
      value: 7,
      limit: 20,
      isStale: false,
    };
    const series = growthSeries({ platform: sample }, { platform: 4 }, { platform: 256 }, [
      signal,
      { ...signal, name: 'replication lag' },
      { ...signal, name: 'other connections', isStale: true },
    ]);
    const shared = { upstream: 'platform', load: 2 };
    expect(series).toEqual([
      { ...shared, signal: 'connections', value: 5, bound: 256, settlesMs: 4_000 },
      { ...shared, signal: 'in-flight', value: 3, bound: 256, settlesMs: 0 },
      { ...shared, signal: 'database connections', value: 7, bound: 20, settlesMs: 1_000 },
    ]);
  });
});

describe('a slope', () => {
  it('is the median of all pairs: a burst does not bend it', () => {
    expect(theilSen([0, 1, 2, 3, 4, 5])).toBe(1);
    expect(theilSen([0, 1, 2, 90, 4, 5])).toBe(1);
  });

  it('of a step is no steady growth', () => {
    const bins = [0, 0, 0, 0, 0, 0, 30, 30, 30, 30, 30, 30].map((least) => ({ least, load: 1 }));
    expect(steadyGrowth(bins)).toBeNull();
  });

  it('that the load explains is no growth', () => {
    const bins = Array.from({ length: 12 }, (_, i) => ({ least: 2 + 2 * i, load: 1 + i }));
    expect(steadyGrowth(bins)).toBeNull();
    expect(steadyGrowth(bins.map(({ least }) => ({ least, load: 1 })))?.slope).toBe(2);
  });
});
