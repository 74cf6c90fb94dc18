/** Laws of “recovered”: said of a route that is well again, and of the whole only when every affected route is. */
import { expect, it } from 'vitest';
import { affectedRoutes, judgeRecovery, type RouteShares } from '../../admin/revisions/route-shares.ts';

const counts = (forwarded: number, failed: number) => ({ forwarded, failed });
const before: RouteShares = { 'h /a': counts(100, 1), 'h /b': counts(100, 0), 'h /c': counts(100, 5) };
const during: RouteShares = { 'h /a': counts(50, 10), 'h /b': counts(50, 25), 'h /c': counts(50, 2) };
const affected = ['h /a', 'h /b'];
const verdict = (after: RouteShares, isPast = false) => {
  const { recovered, routes } = judgeRecovery(affected, { before, during, after }, isPast);
  return [recovered, ...routes.map((route) => route.recovered)];
};

it('routes that fail as they always did are not affected', () => {
  expect(affectedRoutes(before, during)).toEqual(affected);
});

it('the whole has recovered only when every route has', () => {
  expect(verdict({ 'h /a': counts(40, 0), 'h /b': counts(40, 0) })).toEqual([true, true, true]);
  expect(verdict({ 'h /a': counts(40, 0), 'h /b': counts(40, 20) })).toEqual([null, true, null]);
  expect(verdict({ 'h /a': counts(40, 0), 'h /b': counts(40, 20) }, true)).toEqual([false, true, false]);
});

it('a few good requests, or none, are no recovery', () => {
  expect(verdict({ 'h /a': counts(40, 0), 'h /b': counts(5, 0) })).toEqual([null, true, null]);
  expect(verdict({ 'h /a': counts(40, 0) }, true)).toEqual([null, true, null]);
});
