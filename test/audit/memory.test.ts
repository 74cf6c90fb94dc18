/** However many addresses are invented, the audit's memory stays what it was, and a heavy address stays counted. */
import { expect, it } from 'vitest';
import { measureOnce } from '../../load-tests/bench/audit-row.ts';

it('200,000 paths on 100,000 hosts hold less than 8 MB, measured after a collection', async () => {
  const { grownMb, told, heavy } = await measureOnce(200_000);
  expect(grownMb).toBeLessThan(8);
  expect([told, heavy]).toEqual([300, 2_000]);
});
