/** Finds the target that is meant: only one that the configuration names may be loaded. */
import type { Settings } from '../../../config/settings.ts';
import { suggestion } from '../../../config/suggest.ts';
import type { NamedTarget } from './words.ts';

export type Found = { kind: 'found'; target: NamedTarget } | { kind: 'refused'; because: string };

export function findTarget(name: string, { rehearsal }: Pick<Settings, 'rehearsal'>): Found {
  const target = Object.hasOwn(rehearsal.targets, name) ? rehearsal.targets[name] : undefined;
  if (target !== undefined) return { kind: 'found', target: { ...target, name } };
  const names = Object.keys(rehearsal.targets);
  const known = names.length === 0 ? '; it names no target at all' : suggestion(name, names);
  const because = `the configuration names no target ${JSON.stringify(name)} under rehearsal.targets${known}`;
  return { kind: 'refused', because };
}
