/** Widens what a rule matches, as little as is needed, until it matches an address that it missed. Pure. */
import { compileHost, compilePath } from '../../../../config/match.ts';
import { captureNames } from '../../../../config/pattern.ts';
import type { Rule } from '../../../../config/settings.ts';
import type { Uncovered } from '../words.ts';
import { type Example, isSame, keyOf, segmentOf } from './example.ts';
import { pathPattern } from './path-pattern.ts';

export type Match = Rule['match'];

const EVERYTHING: Match = {
  hosts: [],
  path: '/*',
  query: {},
  methods: [],
  networks: [],
  caseSensitive: false,
};

/** Null where the values that name the room are nowhere in the address. */
export function fitMatch(
  base: Match,
  uncovered: Uncovered,
  examples: readonly Example[],
  path: string,
): Match | null {
  const hosts = fitHosts(base.hosts, uncovered, examples);
  const names = captureNames(uncovered.template);
  const query: Record<string, string> = {};
  for (const [key, wanted] of Object.entries(base.query)) {
    const name = /^\{(.*)\}$/.exec(wanted)?.[1];
    if (name === undefined ? isLiteral(key, wanted, examples) : keyOf(name, examples, key) !== null)
      query[key] = wanted;
  }
  for (const name of names) {
    const capture = `{${name}}`;
    if (Object.values(query).includes(capture) || path.split('/').includes(capture)) continue;
    if (hosts.some((host) => host.split('.').includes(capture))) continue;
    const key = keyOf(name, examples, null);
    if (key === null) return null;
    query[key] = capture;
  }
  return { ...base, hosts, path, query };
}

/** A rule made of the address alone. */
export function fitNew(uncovered: Uncovered, examples: readonly Example[]): Match | null {
  const path = ownPath(uncovered, examples);
  return path === null
    ? null
    : fitMatch({ ...EVERYTHING, hosts: [uncovered.host] }, uncovered, examples, path);
}

/** The rule's own path where it matches but for its case, else the one that the examples share. */
export function fitPath(base: Match, uncovered: Uncovered, examples: readonly Example[]): string | null {
  return matchesPath(base.path, false, examples) ? base.path : ownPath(uncovered, examples);
}

export function matchesPath(pattern: string, caseSensitive: boolean, examples: readonly Example[]): boolean {
  const match = compilePath(pattern, caseSensitive);
  return examples.every(({ path }) => match(path, path.toLowerCase()) !== null);
}

/** Captures become part of the path where no key of the query carries them. */
export function ownPath({ template, pathShape }: Uncovered, examples: readonly Example[]): string | null {
  const captured = new Map<number, string>();
  for (const name of captureNames(template)) {
    const index = keyOf(name, examples, null) === null ? segmentOf(name, examples) : -1;
    if (index >= 0) captured.set(index, name);
  }
  return pathPattern(examples, pathShape, captured);
}

function isLiteral(key: string, wanted: string, examples: readonly Example[]): boolean {
  return examples.every(({ parameters }) =>
    parameters.some(([one, value]) => isSame(one, key) && isSame(value, wanted)),
  );
}

/** Only the missed host, and where the rule's hosts capture a label, that label captured again. */
function fitHosts(
  hosts: readonly string[],
  { host, template }: Uncovered,
  examples: readonly Example[],
): string[] {
  if (hosts.length === 0 || hosts.some((pattern) => compileHost(pattern)(host) !== null)) return [...hosts];
  const inHosts = captureNames(template).filter((name) => hosts.some((one) => one.includes(`{${name}}`)));
  const labels = host.split('.').map((label) => {
    const name = inHosts.find((one) => examples.every(({ values }) => isSame(label, values[one])));
    return name === undefined ? label : `{${name}}`;
  });
  return [labels.join('.')];
}
