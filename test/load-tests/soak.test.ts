/** The soak's judgement: a leak in noise is found, noise alone is not; and a short run of the real thing. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startChild } from '../../load-tests/child-process.ts';
import { readSoakOptions } from '../../load-tests/soak/options.ts';
import { type SoakReport, soakReport, soakText } from '../../load-tests/soak/report.ts';
import { type Point, slopeOf, student975 } from '../../load-tests/soak/slope.ts';
import { judge, type Series } from '../../load-tests/soak/verdict.ts';
import { seededRandom } from '../../load-tests/visitors/random.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MAIN = 'load-tests/soak/main.ts';
const MINUTE_MS = 60_000;
const RESIDENT = { name: 'memory resident', unit: 'MB', boundPerHour: 20 };
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed + 1);

/** Memory as it is: a saw of collections, 2 to 4 MB high, in noise that remembers itself, 200 MB in all. Samples each 5 s. */
function memory(seed: number, minutes: number, leakMbPerMinute: number): Series {
  const random = seededRandom(seed);
  const points: Point[] = [];
  let saw = 0;
  let drift = 0;
  for (let atMs = 0; atMs <= minutes * MINUTE_MS; atMs += 5_000) {
    saw = random() < 0.3 ? 0 : saw + random();
    drift = 0.5 * drift + (random() - 0.5) * 2;
    points.push({ atMs, value: 200 + saw + drift + (leakMbPerMinute * atMs) / MINUTE_MS });
  }
  return { figure: RESIDENT, points };
}

const verdicts = (minutes: number, leakMbPerMinute: number) =>
  SEEDS.map((seed) => judge(memory(seed, minutes, leakMbPerMinute), 0).verdict);

test('a leak of 1 MB a minute is found within ten minutes', () => {
  expect(verdicts(10, 1).filter((verdict) => verdict !== 'grows')).toEqual([]);
});

test('noise alone does not grow: by chance once in hundreds, and never in half an hour', () => {
  expect(verdicts(10, 0).filter((verdict) => verdict === 'grows').length).toBeLessThanOrEqual(2);
  expect(verdicts(30, 0).filter((verdict) => verdict !== 'flat')).toEqual([]);
});

test('what grows more slowly than its bound is flat, however sure that is', () => {
  const points = Array.from({ length: 100 }, (_, i) => ({ atMs: i * MINUTE_MS, value: 100 + i / 10 }));
  expect(judge({ figure: RESIDENT, points }, 0)).toMatchObject({ verdict: 'flat', first: 100, last: 109.9 });
});

test('the warm-up is not judged, and too few points decide nothing', () => {
  const points = Array.from({ length: 60 }, (_, i) => ({ atMs: i * MINUTE_MS, value: Math.min(i, 20) * 10 }));
  expect(judge({ figure: RESIDENT, points }, 0).verdict).not.toBe('flat');
  expect(judge({ figure: RESIDENT, points }, 20 * MINUTE_MS)).toMatchObject({ verdict: 'flat', points: 40 });
  expect(judge({ figure: RESIDENT, points }, 50 * MINUTE_MS).verdict).toBe('undecided');
});

test('an interval far wider than the bound is undecided', () => {
  const wild = memory(1, 3, 0).points.map(({ atMs, value }) => ({ atMs, value: 200 + (value - 200) * 30 }));
  expect(judge({ figure: RESIDENT, points: wild }, 0).verdict).toBe('undecided');
});

test('a slope has the interval that the textbook gives it', () => {
  // Residuals that alternate are taken for independent, never for more than that.
  const points = [1, 3, 2, 4, 3, 5].map((value, hour) => ({ atMs: hour * 3_600_000, value }));
  const slope = slopeOf(points);
  expect(slope?.perHour).toBeCloseTo(0.6286, 4);
  expect(slope?.independentPoints).toBe(6);
  expect((slope?.high ?? 0) - (slope?.perHour ?? 0)).toBeCloseTo(2.776 * 0.21, 2);
  expect(slopeOf(points.slice(0, 2))).toBeNull();
  expect([student975(4), student975(10), student975(100)].map((t) => Math.round(t * 100))).toEqual([
    277, 223, 198,
  ]);
});

test('neighbours that tell the same count for less', () => {
  const slow = Array.from({ length: 60 }, (_, i) => ({ atMs: i * 5_000, value: Math.sin(i / 8) }));
  expect(slopeOf(slow)?.independentPoints).toBeLessThan(10);
});

test('one figure that grows decides the whole', () => {
  const judged = judge(memory(1, 10, 1), 0);
  const options = { ...asked(), minutes: 10 };
  const report = soakReport([judge(memory(1, 10, 0), 0), judged], { options, visitors: 1, failures: {} });
  expect(report.verdict).toBe('grows');
  expect(soakText(report)).toMatch(/memory resident, MB .*\+20 +grows/);
});

test('failed requests are told by their status, those without an answer as such', () => {
  const report = soakReport([], { options: asked(), visitors: 9, failures: { 0: 2, 502: 3 } });
  expect(soakText(report)).toContain('9 visitors, 5 failed requests (no answer × 2, 502 × 3): flat');
  expect(soakText({ ...report, failures: {} })).toContain('9 visitors, 0 failed requests: flat');
});

test('wrong words are refused', async () => {
  expect(asked()).toMatchObject({ minutes: 30, warmUpMinutes: 10, gateways: 2 });
  for (const words of [
    ['--minutes', 'x'],
    ['--gateways', '1.5'],
    ['--warm-up', '40'],
    ['--rte', '1'],
  ])
    expect(readSoakOptions(words).kind).toBe('wrong');
  expect(await startChild(MAIN, ['--minutes', '0']).ended).toBe(2);
});

test('a short run tells of every figure, and nothing of it stays', async () => {
  const temporary = await tempFolder();
  const words = ['--minutes', '0.1', '--every', '1', '--gateways', '1', '--json'];
  const run = startChild(MAIN, words, { TMPDIR: temporary });
  const [, line] = await run.printed(/^(\{.*\})$/m);
  expect([0, 1]).toContain(await run.ended);
  const report = JSON.parse(line as string) as SoakReport;
  expect(report.visitors).toBeGreaterThan(0);
  expect(report.figures.map(({ name }) => name)).toEqual([
    ...['memory resident', 'heap after a collection', 'buffers outside the heap', 'event loop late, p99'].map(
      ofGate,
    ),
    ...['active resources', 'open files', 'open sockets'].map(ofGate),
    ...['Redis memory beside what expires', 'Redis keys', 'answer, p50', 'answer, p99'],
  ]);
  expect(report.figures.every(({ median }) => typeof median === 'number' && median >= 0)).toBe(true);
  expect(readdirSync(temporary)).toEqual([]);
});

const ofGate = (name: string) => `gateway 1: ${name}`;

function asked(...argv: string[]) {
  const read = readSoakOptions(argv);
  if (read.kind !== 'run') throw new Error(read.kind);
  return read.options;
}
