/** The draw of a large launch: who comes first of 100,000 has the same chances as who comes last. */
import { expect, test } from 'vitest';
import { drawOf, drawSeed } from '../../gateway/line/draw.ts';
import { chiSquareOf, freedomOf, quantile } from '../support/uniformity.ts';

const SIZE = 100_000;
const PARTS = 50;
const SEEDS = 20;
const KEY = Buffer.alloc(32, 7);

const placesBy = (rank: (k: number) => number) =>
  Uint32Array.from({ length: SIZE }, (_, index) => rank(index + 1));
const seedOf = (index: number) => drawSeed(KEY, `launch-${index}`, 1, 0);

test('of 100,000 every part of the arrivals gets every part of the places, by each of 20 fixed seeds', () => {
  const bound = quantile(freedomOf(PARTS));
  const seen = Array.from({ length: SEEDS }, (_, index) =>
    chiSquareOf(placesBy(drawOf(seedOf(index), SIZE)), PARTS),
  );
  console.info(`χ² ${seen.map(Math.round).join(' ')}; bound ${Math.round(bound)}`);
  for (const chiSquare of seen) expect(chiSquare).toBeLessThan(bound);
  // Nor too even: sums of χ² are χ² themselves.
  const sum = seen.reduce((total, chiSquare) => total + chiSquare, 0);
  expect(sum).toBeGreaterThan(quantile(SEEDS * freedomOf(PARTS), -3.719));
  expect(sum).toBeLessThan(quantile(SEEDS * freedomOf(PARTS)));
});

test('the measure catches a draw that favours one early comer in 25, and one that is no draw', () => {
  const rank = drawOf(seedOf(0), SIZE);
  const favoured = placesBy(rank);
  // One in 25 of the first half changes places with a late comer, where that one is ahead.
  for (let early = 0; early < SIZE / 2; early += 25) {
    const late = SIZE - 1 - early;
    const [first, last] = [favoured[early]!, favoured[late]!];
    [favoured[early], favoured[late]] = [Math.min(first, last), Math.max(first, last)];
  }
  expect(chiSquareOf(favoured, 2)).toBeGreaterThan(quantile(freedomOf(2)));
  expect(
    chiSquareOf(
      placesBy((k) => k),
      PARTS,
    ),
  ).toBeGreaterThan(quantile(freedomOf(PARTS)));
});
