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
    return { kind: 'room', room: roomOf(settings, rule.room, captures), rule };
  }
  return { kind: 'room', room: settings.default.room, rule: null };
}

function roomOf(settings: Settings, written: string, captures: Captures): string {
  if (!isTemplate(written)) return written;
  const name = fillTemplate(written, captures);
  return name === null ? settings.default.room : (strangersRoom(settings, name) ?? name);
}

/** The room that a named one shares, where its captures are not among the known ones; null: it has its own. */
export function strangersRoom(settings: Settings, name: string): string | null {
  const key = roomKey(name, Object.keys(settings.rooms));
  const known = key === null || !isTemplate(key) ? 'any' : settings.rooms[key]!.known;
  if (known === 'any') return null;
  const values = Object.values(matchTemplate(key!, name) ?? {});
  return values.every((value) => known.has(value)) ? null : otherRoom(key!);
}

function matchRule(rule: Rule, url: URL): Captures | null {
  const { hosts, path, query, methods, networks, caseSensitive } = rule.match;
  if (methods.length > 0 && !methods.includes('GET')) return null;
  if (!coversNetworks(networks, [])) return null;
  const inHost = hosts.length === 0 ? {} : firstMatch(hosts, url.hostname.toLowerCase());
  const inPath = compilePath(path, caseSensitive)(url.pathname, url.pathname.toLowerCase());
  const inQuery = matchQuery(query, url.searchParams, caseSensitive);
  return inHost && inPath && inQuery && { ...inHost, ...inPath, ...inQuery };
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
