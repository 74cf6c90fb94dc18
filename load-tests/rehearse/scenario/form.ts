/** A form of a scenario: its patch laid over the file, and where each value of the outcome was written. Pure. */
import type { Path } from '../../../config/located.ts';
import { isPlain, mergePatch, type Plain, sectionOf } from '../../stage/stage-config.ts';
import type { Form } from '../words.ts';
import { FORMS } from './schema.ts';

export interface FormOfFile {
  /** Null: the file has no forms. */
  form: Form | null;
  /** What is played: a copy of one's own. */
  played: unknown;
  failsBy: readonly unknown[];
  /** Of a value of `played`: where the file has it. */
  writtenAt(path: Path): Path;
}

/** Every form that a file has; of one without forms, the file itself. */
export function formsOf(file: Plain): FormOfFile[] {
  const { forms, ...base } = file;
  const named = FORMS.filter((form) => isPlain(sectionOf(forms)[form]));
  if (named.length === 0)
    return [{ form: null, played: structuredClone(base), failsBy: [], writtenAt: same }];
  return named.map((form) => laidOver(base, form, sectionOf(sectionOf(forms)[form])));
}

function laidOver(base: Plain, form: Form, { failsBy, ...patch }: Plain): FormOfFile {
  return {
    form,
    played: structuredClone(mergePatch(base, patch)),
    failsBy: Array.isArray(failsBy) ? failsBy : [],
    writtenAt: (path) => (isFromPatch(base, patch, path) ? ['forms', form, ...path] : path),
  };
}

const same = (path: Path): Path => path;

/** What the patch replaces is its own as a whole; what it merges with is whoever's wrote the key. */
export function isFromPatch(base: unknown, patch: unknown, path: Path): boolean {
  let [below, above] = [base, patch];
  for (const key of path) {
    if (!isPlain(above)) return true;
    if (!Object.hasOwn(above, key)) return !isPlain(below);
    above = above[key];
    below = isPlain(below) ? below[key] : undefined;
  }
  return !isPlain(above) || !isPlain(below);
}
