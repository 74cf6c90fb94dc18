import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileHost, compilePath, compileQuery } from '../../config/match.ts';

const path = (pattern: string, value: string, caseSensitive = false) =>
  compilePath(pattern, caseSensitive)(value, value.toLowerCase());

describe('paths', () => {
  test.each([
    ['/*', '/', {}],
    ['/*', '/a/b', {}],
    ['/x/*', '/x', {}],
    ['/x/*', '/x/', {}],
    ['/x/*', '/x/a/b', {}],
    ['/x/*', '/xy', null],
    ['/x*', '/xy/z', {}],
    ['/x', '/x/', null],
    ['/ereg/*.php', '/ereg/a/b.php', {}],
    ['/ereg/*.php', '/ereg/.ph', null],
    ['/a*a', '/a', null],
    ['/EReg/*', '/eREG/new', {}],
    ['/events/{id}', '/events/4711', { id: '4711' }],
    ['/events/{id}', '/events/', null],
    ['/events/{id}', '/events/4711/x', null],
    ['/events/{id}/*', '/events/AbC', { id: 'AbC' }],
    ['/events/{id}/*', '/events/AbC/reg/1', { id: 'AbC' }],
    ['/*/events/{id}', '/a/b/events/9', { id: '9' }],
    ['/*/events/{id}', '/a/events/1/events/9', { id: '9' }],
    ['/*/e/{id}/*/{last}', '/e/e/1/x/y/z', { id: '1', last: 'z' }],
    ['/*/e/{id}/*/{last}', '/q/e/1', null],
    ['/{a}/{b}', '/1/2', { a: '1', b: '2' }],
    ['/caf%c3%a9/%7Ejoe', '/caf%C3%A9/~joe', {}],
    ['/café', '/caf%C3%A9', {}],
  ])('%s on %s', (pattern, value, wanted) => {
    expect(path(pattern, value)).toEqual(wanted);
  });

  test('compare by case where the rule says so', () => {
    expect(path('/Ereg/*', '/ereg/1', true)).toBeNull();
    expect(path('/Ereg/*', '/Ereg/1', true)).toEqual({});
  });

  test('match exactly what a plain regular expression matches', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '/{x}/', '/{y}/', '.');
    const text = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), text, (pieces, chars) => {
        const pattern = `/${pieces.join('').replaceAll('//', '/')}`;
        const value = `/${chars.join('')}`;
        let match: ReturnType<typeof path>;
        try {
          match = path(pattern, value);
        } catch {
          return;
        }
        expect(match !== null, `${pattern} on ${value}`).toBe(reference(pattern).test(value));
      }),
      { numRuns: 20_000 },
    );
  });

  test('take time linear in the value', () => {
    const match = compilePath('/*a*a*a*a*a*a*a*a*b/{x}/*c', false);
    const long = `/${'a/'.repeat(200_000)}`;
    expect(match(long, long)).toBeNull();
  });
});

function reference(pattern: string): RegExp {
  const source = (text: string) =>
    text
      .replace(/[.]/g, '\\.')
      .replace(/\*+/g, '[^]*')
      .replace(/\{\w\}/g, '[^/]+');
  const parent = pattern.endsWith('/*') && pattern !== '/*' ? `|^${source(pattern.slice(0, -2))}$` : '';
  return new RegExp(`^${source(pattern)}$${parent}`);
}

describe('hosts', () => {
  test.each([
    ['example.com', 'example.com', {}],
    ['Example.COM', 'example.com', {}],
    ['example.com', 'a.example.com', null],
    ['*.example.com', 'a.example.com', {}],
    ['*.example.com', 'a.b.example.com', {}],
    ['*.example.com', 'example.com', null],
    ['*.example.com', 'badexample.com', null],
    ['{tenant}.example.com', 'acme.example.com', { tenant: 'acme' }],
    ['{tenant}.example.com', 'a.b.example.com', null],
    ['{tenant}.example.com', 'example.com', null],
    ['*.{tenant}.example.com', 'x.y.acme.example.com', { tenant: 'acme' }],
    ['*', 'anything', {}],
    ['münchen.de', 'xn--mnchen-3ya.de', {}],
    ['[::1]', '[::1]', {}],
    ['127.0.0.1', '127.0.0.1', {}],
  ])('%s on %s', (pattern, host, wanted) => {
    expect(compileHost(pattern)(host)).toEqual(wanted);
  });

  test.each([
    'a.*.com',
    'http://a.com',
    'a.com:80',
    'a..com',
    'x{t}.com',
    '',
    'a b.com',
    '{}.com',
    '{a}.{a}.com',
  ])('%s is refused', (pattern) => {
    expect(() => compileHost(pattern)).toThrow(TypeError);
  });
});

test('query keys and values are folded unless the rule compares by case', () => {
  expect(compileQuery({ EventID: '{id}', Lang: 'DE' }, false)).toEqual([
    { key: 'eventid', kind: 'capture', name: 'id' },
    { key: 'lang', kind: 'value', value: 'de' },
  ]);
  expect(compileQuery({ EventID: '{id}' }, true)).toEqual([{ key: 'EventID', kind: 'capture', name: 'id' }]);
  expect(() => compileQuery({ a: 'x{id}' }, false)).toThrow(TypeError);
});
