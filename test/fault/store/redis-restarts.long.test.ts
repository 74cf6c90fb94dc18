import { describe } from 'vitest';
import { itKeepsAll } from './redis-forgets-laws.ts';

describe('places, order and limits are kept, and the line calls again within 10 s', () => {
  itKeepsAll('killed', 2_000);
  itKeepsAll('restored', 4_000);
});
