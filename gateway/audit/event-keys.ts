/** Recognises the keys of a query by which rules tell one event from another, wherever they occur. */
import { compileHost, compilePath, compileQuery } from '../../config/match.ts';
import { captureNames } from '../../config/pattern.ts';
import type { Rule, Settings } from '../../config/settings.ts';
import { isTemplate } from '../../config/template.ts';
import { Likely } from './likely.ts';
import { compileNamedRoom, type NamedRoom } from './named-room.ts';
import { type Pair, readPairs } from './read-pairs.ts';
import type { SeenRequest } from './words.ts';

export type KeyNamed =
  | ({ kind: 'named' } & NamedRoom)
  /** The rule fits, and its key has a value that names no room. */
  | { kind: 'empty'; template: string };

/** What one rule makes of its key's value. */
type Use = (value: string, seen: SeenRequest) => KeyNamed | null;

/** Of several keys the one that names the request's own room counts. */
export function compileKeys(
  settings: Settings,
): (seen: SeenRequest, pairs: readonly Pair[]) => KeyNamed | null {
  const uses = usesByKey(settings);
  return (seen, pairs) => {
    let best: KeyNamed | null = null;
    for (const { key, value } of pairs)
      for (const use of uses.get(key) ?? NONE) {
        const found = use(value, seen);
        if (found === null) continue;
        if (found.kind === 'named' && (seen.room === found.room || seen.room === found.other)) return found;
        if (best === null || best.kind === 'empty') best = found;
      }
    return best;
  };
}

/** Keys, in small letters, whose values may be told: they name rooms. */
export function capturedKeys({ rules }: Pick<Settings, 'rules'>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { match, room } of rules)
    for (const want of compileQuery(match.query, false))
      if (want.kind === 'capture' && room !== undefined && captureNames(room).includes(want.name))
        keys.add(want.key);
  return keys;
}

/** Keys that name rooms, and those of the launches' addresses. */
export function likelyKeys({ rules, launches }: Settings): Likely {
  const likely = new Likely();
  for (const { match } of rules) for (const { key } of compileQuery(match.query, false)) likely.add(key);
  for (const { addresses } of launches)
    for (const address of addresses)
      for (const { key } of readPairs(new URL(address).search.slice(1))) likely.add(key);
  return likely;
}

const NONE: readonly Use[] = [];

function usesByKey(settings: Settings): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  for (const rule of settings.rules.filter(({ enabled, room }) => enabled && room !== undefined))
    for (const want of compileQuery(rule.match.query, false)) {
      const use =
        want.kind === 'value' ? literal(rule, want.value, settings) : capture(rule, want.name, settings);
      if (use !== null) uses.set(want.key, [...(uses.get(want.key) ?? []), use]);
    }
  return uses;
}

function literal({ room }: Rule, wanted: string, settings: Settings): Use | null {
  if (room === undefined || isTemplate(room) || room === settings.default.room) return null;
  const named: KeyNamed = { kind: 'named', room, other: null };
  return (value) => (value.toLowerCase() === wanted ? named : null);
}

/** A template with several captures takes the others from the host, where the rule's hosts have them. */
function capture(rule: Rule, name: string, settings: Settings): Use | null {
  const template = rule.room as string;
  if (!captureNames(template).includes(name)) return null;
  const fits = compilePlace(rule);
  const nameOf = compileNamedRoom(template, name, rule.match.hosts, settings, rule.match.caseSensitive);
  return (value, seen) => {
    const named = value === '' ? null : nameOf(value, seen.host);
    if (named !== null) return { kind: 'named', ...named };
    return fits(seen) ? { kind: 'empty', template } : null;
  };
}

/** Method, host and path of a rule, without its query. */
function compilePlace({ match }: Rule): (seen: SeenRequest) => boolean {
  const hosts = match.hosts.map(compileHost);
  const path = compilePath(match.path, match.caseSensitive);
  return (seen) =>
    (match.methods.length === 0 || match.methods.some((method) => method === seen.method)) &&
    (hosts.length === 0 || hosts.some((matches) => matches(seen.host) !== null)) &&
    path(seen.path, seen.path.toLowerCase()) !== null;
}
