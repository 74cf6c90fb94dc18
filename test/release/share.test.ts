/** Max-min fairness: nobody gets more than asked for, nobody loses what is guaranteed, and nothing is left over while somebody asks. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Claim, maxMinShares } from '../../gateway/release/share.ts';

const claim = fc.record({
  demand: fc.double({ min: 0, max: 5000, noNaN: true }),
  weight: fc.integer({ min: 1, max: 1000 }),
  guarantee: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true })),
});
const claims = fc.array(claim, { minLength: 1, maxLength: 30 });
const budgets = fc.double({ min: 0, max: 20_000, noNaN: true });
const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);
const plain = (demand: number, weight = 1, guarantee = 0): Claim => ({ demand, weight, guarantee });

it('one that surges gets what the others leave', () => {
  expect(maxMinShares(100, [plain(2000), plain(10), plain(20)])).toEqual([70, 10, 20]);
});

it('equals share alike, and weights weigh', () => {
  expect(maxMinShares(90, [plain(100), plain(100), plain(100)])).toEqual([30, 30, 30]);
  expect(maxMinShares(90, [plain(100, 2), plain(100)])).toEqual([60, 30]);
});

it('a guarantee is no gift: beyond it a room shares as all do, and what it does not ask for is others’', () => {
  expect(maxMinShares(100, [plain(500), plain(50, 1, 80)])).toEqual([50, 50]);
  expect(maxMinShares(100, [plain(500), plain(90, 1, 80)])).toEqual([20, 80]);
  expect(maxMinShares(60, [plain(500, 1, 80), plain(500, 1, 40)])).toEqual([40, 20]);
});

it('a single room gets its demand or the whole budget, and no demand gets nothing', () => {
  expect(maxMinShares(100, [plain(30)])).toEqual([30]);
  expect(maxMinShares(100, [plain(300)])).toEqual([100]);
  expect(maxMinShares(100, [plain(0), plain(0)])).toEqual([0, 0]);
  expect(maxMinShares(0, [plain(10)])).toEqual([0]);
  expect(maxMinShares(10, [])).toEqual([]);
});

it('uses the budget up, or serves everybody', () => {
  fc.assert(
    fc.property(budgets, claims, (budget, all) => {
      const asked = sum(all.map(({ demand }) => demand));
      expect(sum(maxMinShares(budget, all))).toBeCloseTo(Math.min(budget, asked), 3);
    }),
  );
});

it('gives nobody more than the demand, and everybody the guarantee where all can be kept', () => {
  fc.assert(
    fc.property(budgets, claims, (budget, all) => {
      const shares = maxMinShares(budget, all);
      const floors = all.map(({ demand, guarantee }) => Math.min(demand, guarantee));
      for (const [i, { demand }] of all.entries()) {
        expect(shares[i]).toBeLessThanOrEqual(demand + 1e-6);
        if (sum(floors) <= budget) expect(shares[i]).toBeGreaterThanOrEqual(floors[i]! - 1e-6);
      }
    }),
  );
});

it('whoever is not served has no less for the weight than anybody above the guarantee', () => {
  fc.assert(
    fc.property(budgets, claims, (budget, all) => {
      const shares = maxMinShares(budget, all);
      const isShort = (i: number): boolean => shares[i]! < all[i]!.demand - 1e-6;
      for (const [i, mine] of all.entries()) {
        if (!isShort(i)) continue;
        for (const [j, other] of all.entries()) {
          if (shares[j]! <= Math.min(other.demand, other.guarantee) + 1e-6) continue;
          expect(shares[i]! / mine.weight).toBeGreaterThanOrEqual(shares[j]! / other.weight - 1e-3);
        }
      }
    }),
  );
});
