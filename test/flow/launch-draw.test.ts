/** A crowd waits for a draw, in small: the long form, with 100,000, is in test/fault. */
import { expect, it } from 'vitest';
import { runDraw } from '../fault/launch/draw.ts';

it('who waits for a draw takes nothing in the store, and is drawn as the published seed says', async () => {
  const run = { first: 200, comers: 2_000, askedEvery: 20 };
  const { growth, held, status, proofs, whole } = await runDraw(run);
  expect(status.draw?.size).toBeGreaterThanOrEqual(run.comers);
  expect(status.draw?.size).toBeLessThanOrEqual(run.comers + held);
  expect(whole).toMatchObject({ ok: true, isPermutation: true });
  expect(proofs.length).toBeGreaterThanOrEqual(100 - held);
  expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
  expect([growth.redisBytes < 1_000, growth.redisKeys]).toEqual([true, 0]);
});
