import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { markedFiles } from './marked-files.ts';

const corpus = markedFiles('wrong');

test('the corpus is large', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(100);
  expect(corpus.every(({ wanted }) => wanted.length > 0)).toBe(true);
});

describe('a wrong configuration is refused, with each fault once and at its line', () => {
  test.each(corpus)('$name', ({ text, wanted }) => {
    const result = parseConfig(text, 'headgate.yaml', {});
    const errors = result.ok ? [] : result.errors;
    const told = errors.map(({ line, rule }) => `${line} ${rule}`).sort();
    expect(told, errors.map(({ message }) => message).join('\n')).toEqual(wanted);
    for (const error of errors) {
      expect(error.column).toBeGreaterThanOrEqual(1);
      expect(error.file).toBe('headgate.yaml');
      expect(error.message).toContain(`(headgate.yaml:${error.line})`);
    }
  });
});
