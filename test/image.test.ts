/** The container image has everything that `headgate` loads, and installs every package that it asks for. */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..');
const IMPORT = /(?:^(?:import|export)\b[^'"]*?\bfrom\s*|\bimport\(\s*|^import\s+)['"]([\w@./:-]+)['"]/gm;
/** Types leave nothing to load. */
const TYPES = /^import type [^;]+;$/gm;
/** Brings development packages with it, and says so where they are not installed. */
const LEFT_OUT = 'load-tests/bench/command.ts';

function loaded(file: string, seen = new Set<string>(), packages = new Set<string>()) {
  if (file === LEFT_OUT || seen.has(file)) return { seen, packages };
  seen.add(file);
  if (!/\.[jt]s$/.test(file)) return { seen, packages };
  const source = readFileSync(join(ROOT, file), 'utf8').replaceAll(TYPES, '');
  for (const [, name = ''] of source.matchAll(IMPORT)) {
    if (name.startsWith('.')) loaded(normalize(join(dirname(file), name)), seen, packages);
    else packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  }
  return { seen, packages };
}

test('every folder and package of the program is in it', () => {
  const { seen, packages } = loaded('gateway/main.ts');
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
    names.split(' '),
  );
  expect(seen.size).toBeGreaterThan(300);
  const tops = new Set([...seen].map((file) => file.split('/')[0] as string));
  expect([...tops].filter((top) => !copied.includes(top))).toEqual([]);
  const foreign = [...packages].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  expect(foreign.filter((name) => !(name in packageJson.dependencies))).toEqual([]);
});
