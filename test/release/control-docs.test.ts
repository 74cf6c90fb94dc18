/** docs/control.md names every knob of the protection with the default that it has, and no knob that is not there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { protectionDefaults } from '../../load-tests/simulate/control/protection.ts';
import { SHAPES } from '../../load-tests/simulate/control/shapes.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/control.md'), 'utf8');

function knobs(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => knobs(inner, path === '' ? key : `${path}.${key}`));
}

const written = [...text.matchAll(/^\| `([\w.]+)` \| [^|]+ \| `([^|]+)` \|/gm)].map(
  ([, path, value]) => [path, value] as [string, string],
);

it('every knob stands there with its default, and none besides', () => {
  expect(written).toEqual(knobs(protectionDefaults(), ''));
});

it('every shape stands in the table, and every goal was reached', () => {
  for (const { name } of SHAPES)
    expect(text).toMatch(new RegExp(`^\\| ${name} +\\|.*\\| reached +\\|$`, 'm'));
});
