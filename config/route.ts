/** Where a public address leads by the rules alone: a visitor’s first GET, from no particular network. */
import { coversNetworks } from './cautions/cover-rule.ts';
import { type Captures, compileHost, compilePath, compileQuery } from './match.ts';
import type { Rule, Settings } from './settings.ts';
import { fillTemplate, isTemplate, matchTemplate, otherRoom, roomKey } from './template.ts';

export type Route =
  | { kind: 'room'; room: string; rule: Rule | null }
  | { kind: 'bypass'; rule: Rule }
  /** Under the prefix: answered by the gate itself. */
  | { kind: 'reserved' };

export function routeAddress(settings: Settings, address: string): Route {
  const url = new URL(address);
  if (url.pathname === settings.prefix || url.pathname.startsWith(`${settings.prefix}/`))
    return { kind: 'reserved' };
  for (const rule of settings.rules) {
    const captures = rule.enabled ? matchRule(rule, url) : null;
    if (captures === null) continue;
    if (rule.room === undefined) return { kind: 'bypass', rule };
    return { kind: 'room', room: roomOf(settings, rule.room, captures, rule.match.caseSensitive), rule };
  }
  return { kind: 'room', room: settings.default.room, rule: null };
}

function roomOf(settings: Settings, written: string, captures: Captures, caseSensitive: boolean): string {
  if (!isTemplate(written)) return written;
  const known = settings.rooms[written]?.known ?? 'any';
  const name = fillTemplate(written, caseSensitive ? captures : spellValues(known, captures));
  if (name === null) return settings.default.room;
  const spelt = caseSensitive ? name : spell(settings, name);
  return strangersRoom(settings, spelt, caseSensitive) ?? spelt;
}

/** Where case does not matter, a captured value is spelt as the list of known ones does, else in small letters. */
function spellValues(known: 'any' | ReadonlySet<string>, captures: Captures): Captures {
  const listed = known === 'any' ? [] : [...known];
  const spellValue = (value: string) => listed.findLast((one) => isSame(one, value)) ?? value.toLowerCase();
  return Object.fromEntries(Object.entries(captures).map(([key, value]) => [key, spellValue(value)]));
}

/** And the room has one name: as the configuration spells it. */
function spell(settings: Settings, name: string): string {
  const written = [...settings.launches.map(({ room }) => room), ...Object.keys(settings.rooms)];
  return written.findLast((one) => isSame(one, name)) ?? name;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The room that a named one shares, where its captures are not among the known ones; null: it has its own. */
export function strangersRoom(settings: Settings, name: string, caseSensitive = false): string | null {
  const key = roomKey(name, Object.keys(settings.rooms));
  const known = key === null || !isTemplate(key) ? 'any' : settings.rooms[key]!.known;
  if (known === 'any') return null;
  const values = Object.values(matchTemplate(key!, name) ?? {});
  const isKnown = (value: string) =>
    known.has(value) || (!caseSensitive && [...known].some((one) => isSame(one, value)));
  return values.every(isKnown) ? null : otherRoom(key!);
}

function matchRule(rule: Rule, url: URL): Captures | null {
  const { hosts, query, methods, networks, caseSensitive } = rule.match;
  if (methods.length > 0 && !methods.includes('GET')) return null;
  if (!coversNetworks(networks, [])) return null;
  const inHost = hosts.length === 0 ? {} : firstMatch(hosts, url.hostname.toLowerCase());
  const inPath = matchPath(rule, url.pathname);
  const inQuery = matchQuery(query, url.searchParams, caseSensitive);
  return inHost && inPath && inQuery && { ...inHost, ...inPath, ...inQuery };
}

/** A room's rule covers its addresses with and without a slash at their end; a bypass only what is written. */
function matchPath({ match, room }: Rule, sent: string): Captures | null {
  const pattern = room === undefined ? match.path : match.path.replace(/(?<=[^/*])\/$/, '');
  const matches = compilePath(pattern, match.caseSensitive);
  const found = matches(sent, sent.toLowerCase());
  if (found !== null || room === undefined || sent.length < 2 || !sent.endsWith('/')) return found;
  const bare = sent.slice(0, -1);
  return matches(bare, bare.toLowerCase());
}

function firstMatch(hosts: readonly string[], host: string): Captures | null {
  for (const pattern of hosts) {
    const captures = compileHost(pattern)(host);
    if (captures !== null) return captures;
  }
  return null;
}

function matchQuery(
  query: Record<string, string>,
  sent: URLSearchParams,
  caseSensitive: boolean,
): Captures | null {
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
  const captures: Record<string, string> = {};
  for (const want of compileQuery(query, caseSensitive)) {
    const value = [...sent].find(([key]) => fold(key) === want.key)?.[1];
    if (value === undefined || (want.kind === 'value' && fold(value) !== want.value)) return null;
    if (want.kind === 'capture') captures[want.name] = value;
  }
  return captures;
}
