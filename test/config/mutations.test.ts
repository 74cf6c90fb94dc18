import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from '../../config/load.ts';

const example = readFileSync(new URL('../../config/headgate.example.yaml', import.meta.url), 'utf8');
const SPLICES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    '- ',
    '\t',
    '*a',
    '&a ',
    '"',
    "'",
    '#',
    '\n',
    '  ',
    '!x ',
    '\0',
    '\ud800',
    '---\n',
  ],
  ...[
    '-1',
    '1e99',
    '.nan',
    'null',
    'true',
    '2026-12-01',
    '__proto__: 1\n',
    'constructor: {}\n',
    '{}',
    '[]',
    '~',
  ],
];
const edit = fc.record({
  at: fc.nat({ max: example.length }),
  cut: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...SPLICES), fc.string({ maxLength: 5 })),
});

test('no change to the example makes the loader throw, and every finding has a place in the file', () => {
  const lines = example.split('\n').length;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce(
        (all, { at, cut, insert }) => all.slice(0, at) + insert + all.slice(at + cut),
        example,
      );
      const result = parseConfig(text, 'mutated.yaml', {});
      const findings = result.ok ? result.warnings : result.errors;
      if (!result.ok) expect(findings.length).toBeGreaterThan(0);
      for (const { file, line, column, message, rule } of findings) {
        expect(file).toBe('mutated.yaml');
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines + 10);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message).toContain(`(mutated.yaml:${line})`);
        expect(rule).toMatch(/^[A-Za-z-]+$/);
      }
    }),
    { numRuns: 400 },
  );
});

test('a configuration that was taken is taken again when written as JSON', () => {
  const once = parseConfig(example, 'a.yaml', {});
  const again = parseConfig(JSON.stringify(once.ok && once.config), 'a.yaml', {});
  expect(again.ok && again.settings).toEqual(once.ok && once.settings);
});
