/** Finds what is wrong in a file where a variable wins over it: a wrong file is wrong, whatever hides it today. */
import type { Override } from './environment.ts';
import type { Finding, Path } from './located.ts';
import { validate } from './validate.ts';

/** What a file leaves to the variable is no fault. */
const LEFT_OPEN = new Set(['required', 'minItems']);

/** `written`: the plain values of the file, before the overrides are put in; it is not changed. */
export function overriddenFindings(written: unknown, overrides: readonly Override[]): Finding[] {
  const said = overrides.filter(({ path }) => (valueAt(written, path) ?? null) !== null);
  if (said.length === 0) return [];
  return validate(structuredClone(written)).findings.filter(
    ({ path, rule }) => !LEFT_OPEN.has(rule) && said.some((override) => isWithin(path, override.path)),
  );
}

function isWithin(path: Path, section: Path): boolean {
  return section.every((key, index) => key === path[index]);
}

function valueAt(written: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    written,
  );
}
