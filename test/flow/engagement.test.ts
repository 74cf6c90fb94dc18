import { expect, it } from 'vitest';
import { engagement } from '../fault/protection/surge.ts';

it('the line engages in the request that exceeds a limit', async () => {
  expect(await engagement(2)).toEqual(['admitted', 'admitted', 'waiting']);
});
