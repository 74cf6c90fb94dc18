/** The law of what is kept by words: made once for each, and never taken for another's. */
import { expect, it } from 'vitest';
import { kept } from '../../gateway/observe/kept.ts';

it('makes once for each word, and tells words apart that read alike one behind the other', () => {
  const made: string[] = [];
  const joined = kept((first: string) =>
    kept((second: string) => {
      made.push(`${first}|${second}`);
      return { first, second };
    }),
  );
  const one = joined('a b')('c');
  expect(joined('a b')('c')).toBe(one);
  expect(joined('a')('b c')).toEqual({ first: 'a', second: 'b c' });
  expect(made).toEqual(['a b|c', 'a|b c']);
});
