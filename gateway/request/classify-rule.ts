/** Compiles one rule of the configuration to cheap tests and to what it says of a request that passes them. */
import {
  type Captures,
  compileHost,
  compilePath,
  compileQuery,
  type HostMatcher,
  type PathMatcher,
} from '../../config/match.ts';
import type { QueryWant } from '../../config/pattern.ts';
import type { Rule, Settings } from '../../config/settings.ts';
import { exactReading, lenientReading, patternReading, type Reading } from './classify-readings.ts';
import { compileRoomName } from './classify-room.ts';
import { compileNetworks, type NetworkMatcher } from './networks.ts';
import type { Classified, JudgedRequest } from './words.ts';

/** How a path is read, and so which form of the rule's pattern it is compared with. */
export type Way = 'exact' | 'lenient';

export interface CompiledRule {
  rule: Rule;
  caseSensitive: boolean;
  wants: readonly QueryWant[];
  /** Empty: all. */
  networks: NetworkMatcher | null;
  /** Captures where method, host and path match, else null. */
  matchPlace(request: JudgedRequest, reading: Reading, way: Way): Captures | null;
  outcome(captures: Captures): Classified;
}

const NONE: Captures = Object.freeze({});

export function compileRule(rule: Rule, settings: Settings): CompiledRule {
  const { match } = rule;
  const methods = match.methods.length === 0 ? null : new Set(match.methods);
  const matchHost = anyHost(match.hosts.map(compileHost));
  const paths = { exact: compileWay(rule, 'exact'), lenient: compileWay(rule, 'lenient') };
  return {
    rule,
    caseSensitive: match.caseSensitive,
    wants: compileQuery(match.query, match.caseSensitive),
    networks: match.networks.length === 0 ? null : compileNetworks(match.networks),
    matchPlace(request, reading, way) {
      if (methods !== null && !methods.has(request.method)) return null;
      const path = paths[way](reading);
      const host = path === null ? null : matchHost(request.host);
      return host === null || path === null ? null : joined(host, path);
    },
    outcome: compileOutcome(rule, settings),
  };
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
function compileWay(rule: Rule, way: Way): (reading: Reading) => Captures | null {
  const { caseSensitive } = rule.match;
  const isRoom = rule.room !== undefined;
  const pattern = isRoom ? rule.match.path.replace(/(?<=[^/*])\/$/, '') : rule.match.path;
  const read = way === 'exact' ? exactReading : lenientReading;
  const match = compileOr(patternReading(pattern, read, caseSensitive), pattern, caseSensitive);
  const on = (text: string) => match(text, text);
  return (reading) => {
    const text = caseSensitive ? reading.text : reading.lower;
    const found = on(text);
    if (found !== null || !isRoom || text.length < 2 || !text.endsWith('/')) return found;
    return on(text.slice(0, -1));
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

function joined(host: Captures, path: Captures): Captures {
  if (host === NONE || Object.keys(host).length === 0) return path;
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
  if (rule.room.includes('{')) return outcome;
  const only = outcome(NONE);
  return () => only;
}
