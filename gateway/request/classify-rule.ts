/** Compiles one rule of the configuration to cheap tests and to what it says of a request that passes them. */
import {
  type Captures,
  compileHost,
  compilePath,
  type HostMatcher,
  type PathMatcher,
} from '../../config/match.ts';
import { captureNames } from '../../config/pattern.ts';
import type { Rule, Settings } from '../../config/settings.ts';
import { isTemplate } from '../../config/template.ts';
import { type CompiledWant, compileWants } from './classify-query.ts';
import { patternReading, type Reading } from './classify-readings.ts';
import { compileRoomName } from './classify-room.ts';
import { compileNetworks, type NetworkMatcher } from './networks.ts';
import type { Classified, JudgedRequest } from './words.ts';

export interface CompiledRule {
  rule: Rule;
  caseSensitive: boolean;
  /** What every path that may match begins with: most rules are told off by this alone. */
  prefix: string;
  wants: readonly CompiledWant[];
  /** Null: all. */
  networks: NetworkMatcher | null;
  /** Captures where method, host and path match, else null. `path` in the case that the rule compares. */
  matchPlace(request: JudgedRequest, path: string): Captures | null;
  outcome(captures: Captures): Classified;
}

const NONE: Captures = Object.freeze({});
const REMEMBERED = 4_096;
const LONGEST_KEY = 256;

/** `read` is how paths are read that are compared with this form of the rule. */
export function compileRule(rule: Rule, settings: Settings, read: (path: string) => Reading): CompiledRule {
  const { match } = rule;
  const methods = match.methods.length === 0 ? null : new Set(match.methods);
  const matchHost = anyHost(match.hosts.map(compileHost));
  const pattern = patternReading(writtenPath(rule), read, match.caseSensitive);
  const matchPath = compileRulePath(rule, pattern);
  return {
    rule,
    caseSensitive: match.caseSensitive,
    prefix: prefixOf(pattern, match.caseSensitive),
    wants: compileWants(match.query, match.caseSensitive),
    networks: match.networks.length === 0 ? null : compileNetworks(match.networks),
    matchPlace(request, path) {
      if (methods !== null && !methods.has(request.method)) return null;
      const fromPath = matchPath(path);
      const fromHost = fromPath === null ? null : matchHost(request.host);
      return fromPath === null || fromHost === null ? null : joined(fromHost, fromPath);
    },
    outcome: compileOutcome(rule, settings),
  };
}

/** `/x/*` also covers `/x`, so the last slash is not part of what is always there. */
function prefixOf(pattern: string, caseSensitive: boolean): string {
  const fixed = pattern.slice(0, pattern.search(/[*{]|$/)).replace(/\/$/, '');
  return caseSensitive ? fixed : fixed.toLowerCase();
}

function anyHost(matchers: readonly HostMatcher[]): HostMatcher {
  if (matchers.length === 0) return () => NONE;
  return (host) => {
    for (const match of matchers) {
      const captures = match(host);
      if (captures !== null) return captures;
    }
    return null;
  };
}

/**
 * A slash at the end makes no other page on most platforms, so a room's rule covers both spellings.
 * A bypass covers what is written and nothing more: it opens, where a room's rule protects.
 */
function writtenPath(rule: Rule): string {
  return rule.room === undefined ? rule.match.path : rule.match.path.replace(/(?<=[^/*])\/$/, '');
}

function compileRulePath(rule: Rule, pattern: string): (path: string) => Captures | null {
  const match = compileOr(pattern, rule.match.path, rule.match.caseSensitive);
  if (rule.room === undefined) return (path) => match(path, path);
  return (path) => {
    const found = match(path, path);
    if (found !== null || path.length < 2 || !path.endsWith('/')) return found;
    const bare = path.slice(0, -1);
    return match(bare, bare);
  };
}

/** A pattern of which the lenient reading leaves nothing that compiles is compared as it is written. */
function compileOr(reading: string, pattern: string, caseSensitive: boolean): PathMatcher {
  try {
    return compilePath(reading, caseSensitive);
  } catch {
    return compilePath(pattern, caseSensitive);
  }
}

/** Without making the list that `Object.keys` makes. */
export function isEmpty(captures: Captures): boolean {
  for (const _ in captures) return false;
  return true;
}

function joined(host: Captures, path: Captures): Captures {
  if (isEmpty(host)) return path;
  return { ...path, ...host };
}

function compileOutcome(rule: Rule, settings: Settings): (captures: Captures) => Classified {
  const upstream = rule.upstream ?? settings.default.upstream;
  const base = { rule, class: rule.class, upstream };
  if (rule.room === undefined) {
    const bypass: Classified = { kind: 'bypass', ...base };
    return () => bypass;
  }
  const nameOf = compileRoomName(rule.room, settings, rule.match.caseSensitive);
  // An id that can name no room is judged in the default room; the rule stands, so no other room's pass carries it.
  const fallback = { room: settings.default.room, template: settings.default.room };
  const outcome = (captures: Captures): Classified => {
    const { room, template } = nameOf(captures) ?? fallback;
    const hasLane = settings.rooms[template]?.lanes[rule.lane] !== undefined;
    return { kind: 'room', room, template, ...base, lane: hasLane ? rule.lane : 'default' };
  };
  if (isTemplate(rule.room)) return rememberOutcomes(captureNames(rule.room), outcome);
  const only = outcome(NONE);
  return () => only;
}

/** The same events come again and again; what is remembered is bounded, whatever ids are invented. */
function rememberOutcomes(
  names: readonly string[],
  outcome: (captures: Captures) => Classified,
): (captures: Captures) => Classified {
  const remembered = new Map<string, Classified>();
  return (captures) => {
    let key = '';
    for (const name of names) key += `${captures[name]}/`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const result = outcome(captures);
    if (remembered.size >= REMEMBERED) remembered.clear();
    if (key.length <= LONGEST_KEY) remembered.set(key, result);
    return result;
  };
}
