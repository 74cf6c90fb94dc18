import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { markedFiles } from './marked-files.ts';

describe('what is legal and dangerous is told at its line, and nothing else', () => {
  test.each(markedFiles('warnings'))('$name', ({ text, wanted }) => {
    const result = parseConfig(text, 'headgate.yaml', {});
    expect(result.ok ? [] : result.errors.map(({ message }) => message)).toEqual([]);
    const told = result.warnings.map(({ line, rule }) => `${line} ${rule}`).sort();
    expect(told, result.warnings.map(({ message }) => message).join('\n')).toEqual(wanted);
  });
});

test('a launch address says where it goes instead', () => {
  const { text } = markedFiles('warnings').find(({ name }) => name === 'an address that another rule takes')!;
  const messages = parseConfig(text, 'headgate.yaml', {}).warnings.map(({ message }) => message);
  expect(messages[0]).toBe(
    'launches[0].addresses[1]: https://example.com/ereg/new.php?eventid=4711 does not lead to room event-4711 of launch "a", but to room platform (by the rule "php") (headgate.yaml:11)',
  );
  expect(messages[2]).toContain('to room platform (no rule matches it)');
});

test('a thousand rules are compared in a moment', () => {
  const rules = Array.from(
    { length: 1000 },
    (_, index) =>
      `  - { name: r${index}, room: p, match: { path: "/e${index}/*/{id}", hosts: ["*.h.com"] } }\n`,
  );
  const text = `upstreams: { p: { targets: ["http://a"] } }\nrooms: { p: {} }\ndefault: { room: p, upstream: p }\nrules:\n${rules.join('')}`;
  expect(parseConfig(text, 'headgate.yaml', {})).toMatchObject({ ok: true, warnings: [] });
});
