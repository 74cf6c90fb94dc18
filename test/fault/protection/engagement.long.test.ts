import { expect, it } from 'vitest';
import { engagement } from './surge.ts';

it('the line engages in the request that exceeds the limit', async () => {
  const limit = 5;
  const states = await engagement(limit);
  expect(states).toEqual([...Array.from({ length: limit }, () => 'admitted'), 'waiting']);
});
