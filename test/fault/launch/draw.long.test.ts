/** 100,000 in a prequeue, through the real join path: they cost nothing that grows, and arrival decides nothing. */
import { expect, it } from 'vitest';
import { drawOf } from '../../../gateway/line/draw.ts';
import { chiSquareOf, freedomOf, quantile } from '../../support/uniformity.ts';
import { runDraw } from './draw.ts';

const COMERS = 100_000;
const PARTS = 50;

it('100,000 who wait for a draw grow neither gateway nor store, and are drawn as the published seed says', async () => {
  const { growth, held, joinsPerSecond, status, proofs, whole } = await runDraw({
    first: 20_000,
    comers: COMERS,
    askedEvery: 500,
  });
  const size = status.draw!.size!;
  const rank = drawOf(Buffer.from(status.draw!.seed!, 'hex'), size);
  const chiSquare = chiSquareOf(
    Uint32Array.from({ length: size }, (_, index) => rank(index + 1)),
    PARTS,
  );
  console.table({
    held,
    'joins a second': joinsPerSecond.toFixed(0),
    'gateway heap, MB more': growth.gatewayMb.toFixed(1),
    'Redis, bytes more': growth.redisBytes,
    'Redis, keys more': growth.redisKeys,
    'χ² (bound)': `${chiSquare.toFixed(0)} (${quantile(freedomOf(PARTS), 6).toFixed(0)})`,
  });
  expect(size).toBeGreaterThanOrEqual(COMERS);
  expect(size).toBeLessThanOrEqual(COMERS + held);
  expect(whole).toMatchObject({ ok: true, isPermutation: true });
  expect(proofs.length).toBeGreaterThanOrEqual(COMERS / 500 - held);
  expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
  // 200 bytes for each of the later 80,000 would be 16 MB.
  expect(growth.gatewayMb).toBeLessThan(8);
  expect([growth.redisBytes < 1_000, growth.redisKeys]).toEqual([true, 0]);
  // Another seed in each run: beyond six deviations once in a thousand million runs.
  expect(chiSquare).toBeLessThan(quantile(freedomOf(PARTS), 6));
});
