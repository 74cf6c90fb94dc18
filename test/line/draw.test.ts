/** The draw: a permutation that anybody can check, and that favours nobody. Its vectors are published in docs/draw.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawCommitment, drawOf, drawRank, drawSeed } from '../../gateway/line/draw.ts';

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
const seed = drawSeed(KEY, 'event-4711', 1, Date.UTC(2026, 11, 1, 15));
const ranks = (size: number, of = seed) => {
  const rank = drawOf(of, size);
  return Array.from({ length: size }, (_, i) => rank(i + 1));
};

test.each([1, 2, 3, 5, 63, 64, 65, 100, 1000, 4097])(
  'of %i each number has one rank and each rank one number',
  (size) => {
    expect([...ranks(size)].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i + 1));
  },
);

test('the published vectors hold', () => {
  const page = readFileSync(new URL('../../docs/draw.md', import.meta.url), 'utf8');
  expect(page).toContain(`seed: ${seed.toString('hex')}`);
  expect(page).toContain(`commitment: ${drawCommitment(seed)}`);
  for (const size of [1, 5, 10, 100])
    expect(page).toContain(`| ${size} | ${ranks(size).slice(0, 10).join(', ')} |`);
  for (const k of [1, 2, 999_999])
    expect(page).toContain(`${k} of 1,000,000 is ${drawRank(seed, 1_000_000, k).toLocaleString('en')}`);
});

test('room, epoch, opening and key each make another seed', () => {
  const seeds = [
    seed,
    drawSeed(KEY, 'event-4712', 1, Date.UTC(2026, 11, 1, 15)),
    drawSeed(KEY, 'event-4711', 2, Date.UTC(2026, 11, 1, 15)),
    drawSeed(KEY, 'event-4711', 1, Date.UTC(2026, 11, 1, 16)),
    drawSeed(Buffer.alloc(32), 'event-4711', 1, Date.UTC(2026, 11, 1, 15)),
  ];
  expect(new Set(seeds.map(drawCommitment)).size).toBe(5);
});

test.each([
  [0, 5],
  [6, 5],
  [1.5, 5],
  [1, 0],
  [1, Number.NaN],
])('there is no rank of %f in %f', (k, size) => {
  expect(() => drawRank(seed, size, k)).toThrow(RangeError);
});

/** Draws by fixed seeds, all the same on each run. A fair draw goes above the bound once in ten thousand seeds. */
const seedNumber = (i: number) => drawSeed(KEY, `uniformity-${i}`, 1, 0);

/** χ² of the counts of (number, rank) over many draws; (size − 1)² degrees of freedom. */
function chiSquare(size: number, draws: number): number {
  const counts = Array.from({ length: size * size }, () => 0);
  for (let i = 0; i < draws; i++)
    ranks(size, seedNumber(i)).forEach((rank, k) => {
      counts[k * size + rank - 1]! += 1;
    });
  const expected = draws / size;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 99.99 % quantile of χ² (Wilson and Hilferty). */
function quantile(freedom: number): number {
  return freedom * (1 - 2 / (9 * freedom) + 3.719 * Math.sqrt(2 / (9 * freedom))) ** 3;
}

test.each([
  [2, 2000],
  [3, 2000],
  [5, 3000],
  [7, 2000],
  [20, 1000],
])('of %i every number has the same chance of every rank', (size, draws) => {
  const seen = chiSquare(size, draws);
  console.info(
    `size ${size}: χ² ${seen.toFixed(1)} at ${(size - 1) ** 2} degrees, bound ${quantile((size - 1) ** 2).toFixed(1)}`,
  );
  expect(seen).toBeLessThan(quantile((size - 1) ** 2));
});

test('every one of the 120 orders of five comes up alike', () => {
  const counts = new Map<string, number>();
  const draws = 6_000;
  for (let i = 0; i < draws; i++) {
    const order = ranks(5, seedNumber(i)).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(120);
  const seen = [...counts.values()].reduce((sum, count) => sum + (count - 50) ** 2 / 50, 0);
  expect(seen).toBeLessThan(quantile(119));
});

test('neighbours do not stay together', () => {
  const order = ranks(2000);
  const together = order.filter((rank, i) => i > 0 && Math.abs(rank - order[i - 1]!) === 1).length;
  // Two are expected by chance.
  expect(together).toBeLessThan(12);
});
