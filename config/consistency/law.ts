/** What a law about a whole configuration is given, and what it answers. */
import type { Finding, Path } from '../located.ts';
import type { Draft, Names } from '../validate.ts';

export interface Context {
  names: Names;
  /** Folder of the configuration file: files that it names are looked for here. */
  folder: string;
}

/** Things that the schema cannot say, because they hold between values. */
export type Law = (draft: Draft, context: Context) => Iterable<Finding>;

/** Entries that are sound, with the index under which they were written. */
export function sound<T>(list: readonly (T | null)[]): [number, T][] {
  return list.flatMap((item, index): [number, T][] => (item === null ? [] : [[index, item]]));
}

/** A finding for each value that an earlier entry has as well. */
export function* unique(
  entries: Iterable<[path: Path, value: string | undefined]>,
  rule: string,
  what: string,
): Iterable<Finding> {
  const seen = new Set<string>();
  for (const [path, value] of entries) {
    if (value === undefined) continue;
    if (seen.has(value))
      yield { path, rule, text: `${JSON.stringify(value)} must be ${what}; an earlier entry has it` };
    seen.add(value);
  }
}
