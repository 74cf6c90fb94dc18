import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coversHost, coversPath } from '../../config/cover.ts';
import { compilePath } from '../../config/match.ts';

const path = (text: string) => ({ path: text.replace(/^=/, ''), caseSensitive: text.startsWith('=') });

test.each([
  ['/*', '/ereg/*', true],
  ['/ereg/*', '/ereg/*', true],
  ['/ereg*', '/ereg/*', true],
  ['/ereg/*', '/ereg*', false],
  ['/ereg/*', '/ereg', true],
  ['/ereg/', '/ereg/*', false],
  ['/*.php', '/ereg/new.php', true],
  ['/*.php', '/ereg/*', false],
  ['/events/*', '/events/{id}', true],
  ['/events/{id}', '/events/*', false],
  ['/events/{a}/*', '/events/{b}/reg', true],
  ['/{a}/{b}', '/events/{b}', true],
  ['/*/b', '/a/*/b', true],
  ['/a/*/b', '/*/b', false],
  ['/EREG/*', '/ereg/new', true],
  ['=/ereg/*', '/ereg/*', false],
  ['/ereg/*', '=/Ereg/*', true],
  ['=/12/*', '/12/3', true],
  ['/caf%c3%a9', '/café', true],
])('the path %s covers %s: %s', (wide, narrow, wanted) => {
  expect(coversPath(path(wide), path(narrow))).toBe(wanted);
});

test.each([
  [[], '*', true],
  [['*'], 'a.b', true],
  [['*.example.com'], 'www.example.com', true],
  [['*.example.com'], 'example.com', false],
  [['*.example.com', 'example.com'], 'example.com', true],
  [['*.com'], '*.example.com', true],
  [['*.example.com'], '{t}.example.com', true],
  [['{t}.example.com'], '*.example.com', false],
  [['WWW.example.com'], 'www.Example.com', true],
  [['a.com'], '*', false],
])('the hosts %j cover %s: %s', (wide, narrow, wanted) => {
  expect(coversHost(wide, narrow)).toBe(wanted);
});

test('a covering pattern matches whatever the covered one matches, and else some text shows the difference', () => {
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '/', '*', '/{x}', '/*'), { maxLength: 5 })
    .map((parts) => `/${parts.join('')}`.replaceAll(/\/+/g, '/'))
    .filter((text) => !/\{x\}(?!\/|$)|\{x\}.*\{x\}/.test(text));
  const texts = [...words(5)].map((word) => `/${word}`);
  fc.assert(
    fc.property(pattern, pattern, (wide, narrow) => {
      const [one, other] = [compilePath(wide, true), compilePath(narrow, true)];
      const counter = texts.find((text) => other(text, text) !== null && one(text, text) === null);
      const covers = coversPath({ path: wide, caseSensitive: true }, { path: narrow, caseSensitive: true });
      if (counter !== undefined) expect(covers, `${wide} ${narrow} ${counter}`).toBe(false);
      else if (!covers)
        expect(wide.length + narrow.length, `${wide} should cover ${narrow}`).toBeGreaterThan(8);
    }),
    { numRuns: 2_000 },
  );
});

function* words(length: number): Iterable<string> {
  yield '';
  if (length === 0) return;
  for (const rest of words(length - 1)) for (const letter of 'abx/') yield letter + rest;
}

test('long patterns with many stars are judged in bounded time', () => {
  const many = `/${'*a'.repeat(200)}`;
  expect(typeof coversPath(path(many), path(`/${'*b*a'.repeat(100)}`))).toBe('boolean');
});
