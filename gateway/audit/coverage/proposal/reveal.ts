/**
 * Fills in the value by which an example names its room, where the example hides it: values are shown of such keys only
 * that rules know already, and it may be a key that no rule knows. Pure.
 */
import { captureNames } from '../../../../config/pattern.ts';
import { isTemplate } from '../../../../config/template.ts';
import { HIDDEN } from '../target.ts';
import type { Uncovered } from '../words.ts';
import { type Example, isSame, keyOf, readExamples, segmentOf } from './example.ts';

/** As it is where nothing is hidden, or no key is the likely one. */
export function reveal(uncovered: Uncovered): Uncovered {
  if (uncovered.isUnnamed || !isTemplate(uncovered.template)) return uncovered;
  const read = readExamples(uncovered);
  return captureNames(uncovered.template).reduce((known, name) => revealOne(known, name, read), uncovered);
}

function revealOne(uncovered: Uncovered, name: string, read: readonly Example[]): Uncovered {
  if (keyOf(name, read, null) !== null || segmentOf(name, read) >= 0 || isInHost(uncovered, name, read))
    return uncovered;
  const key = likelyKey(name, uncovered);
  if (key === null) return uncovered;
  const examples = uncovered.examples.map(({ target, room }, index) => ({
    room,
    target: target.replace(`${key}=${HIDDEN}`, () => `${key}=${read[index]?.values[name] ?? ''}`),
  }));
  return { ...uncovered, examples };
}

function isInHost({ host }: Uncovered, name: string, read: readonly Example[]): boolean {
  return host.split('.').some((label) => read.every(({ values }) => isSame(label, values[name])));
}

/** Of the hidden keys that all examples have: the only one, or the first that is spelt like the capture, or like an id. */
function likelyKey(name: string, { examples }: Uncovered): string | null {
  const [first = [], ...others] = examples.map(({ target }) => hiddenKeys(target));
  const shared = first.filter((key) => others.every((keys) => keys.includes(key)));
  const bare = name.toLowerCase();
  const isAlike = (key: string) => bare.includes(key.toLowerCase()) || key.toLowerCase().includes(bare);
  const isId = (key: string) => key.toLowerCase().endsWith('id');
  return (shared.length === 1 ? shared[0] : (shared.find(isAlike) ?? shared.find(isId))) ?? null;
}

function hiddenKeys(target: string): string[] {
  const mark = target.indexOf('?');
  const pairs = mark < 0 ? [] : target.slice(mark + 1).split('&');
  return pairs.filter((pair) => pair.endsWith(`=${HIDDEN}`)).map((pair) => pair.slice(0, -HIDDEN.length - 1));
}
