import { describe } from 'vitest';
import { itKeepsAll } from './redis-forgets-laws.ts';

describe('places, order and limits are kept, and the line calls again within 10 s', () => {
  itKeepsAll('flushed', 20_000);
  itKeepsAll('emptied', 2_000);
});
