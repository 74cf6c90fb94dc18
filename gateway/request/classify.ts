/**
 * Says which room a request belongs to, or that a rule lets it bypass: the first enabled rule that matches wins, and what
 * none matches goes to the default room.
 *
 * A path that platforms may read in two ways is judged by both readings, and refused where they disagree. A key that names
 * the room and occurs twice (or as an array, or in a spelling that only some platforms take for it) is refused wherever
 * method, host and path of a rule that asks for it match, even if an earlier rule would have won.
 */
import type { Captures } from '../../config/match.ts';
import type { Settings } from '../../config/settings.ts';
import { type Parameter, parseQuery, type QueryRead, readQuery } from './classify-query.ts';
import {
  exactReading,
  isPlainPath,
  lenientReading,
  plainReading,
  type Reading,
} from './classify-readings.ts';
import { type CompiledRule, compileRule, type Way } from './classify-rule.ts';
import { refused } from './normalise-head.ts';
import type { Classified, JudgedRequest } from './words.ts';

export { otherRoomOf } from './classify-room.ts';

export type Classifier = (request: JudgedRequest) => Classified;

interface Judge {
  rules: readonly CompiledRule[];
  /** Those that ask for query keys. */
  asking: readonly CompiledRule[];
  fallback: Classified;
}

export function compileClassifier(settings: Settings): Classifier {
  const rules = settings.rules.filter((rule) => rule.enabled).map((rule) => compileRule(rule, settings));
  const judge: Judge = {
    rules,
    asking: rules.filter((rule) => rule.wants.length > 0),
    fallback: defaultOutcome(settings),
  };
  return (request) => {
    // `OPTIONS *` asks about the whole server and has no path to be read in two ways.
    if (isPlainPath(request.path) || request.path === '*')
      return judgeReading(judge, request, plainReading(request.path), 'exact');
    const exact = judgeReading(judge, request, exactReading(request.path), 'exact');
    const lenient = judgeReading(judge, request, lenientReading(request.path), 'lenient');
    return isSame(exact, lenient)
      ? exact
      : refused('the path can be read in two ways that rules judge differently');
  };
}

function defaultOutcome({ default: { room, upstream } }: Settings): Classified {
  return { kind: 'room', room, template: room, rule: null, class: 'registration', lane: 'default', upstream };
}

function isSame(one: Classified, other: Classified): boolean {
  if (one.kind === 'refused' || other.kind === 'refused') return one.kind === other.kind;
  if (one.rule !== other.rule) return false;
  return one.kind !== 'room' || other.kind !== 'room' || one.room === other.room;
}

function judgeReading(judge: Judge, request: JudgedRequest, reading: Reading, way: Way): Classified {
  const parameters = request.query === '' ? NO_PARAMETERS : lazily(() => parseQuery(request.query));
  const key = request.query === '' ? null : ambiguousKey(judge.asking, request, reading, way, parameters);
  if (key !== null)
    return refused(
      `the parameter ${JSON.stringify(key)} names the room and must occur once`,
      'HG_AMBIGUOUS_CAPTURE',
    );
  for (const rule of judge.rules) {
    const place = rule.matchPlace(request, reading, way);
    if (place === null) continue;
    if (rule.networks !== null && !rule.networks(request.clientAddress)) continue;
    const captures = withQuery(rule, place, parameters);
    if (captures === 'ambiguous')
      return refused('path and query name different rooms', 'HG_AMBIGUOUS_CAPTURE');
    if (captures !== null) return rule.outcome(captures);
  }
  return judge.fallback;
}

type Parameters = () => readonly Parameter[];

const NO_PARAMETERS: Parameters = () => [];

function lazily(parse: Parameters): Parameters {
  let parsed: readonly Parameter[] | null = null;
  return () => {
    parsed ??= parse();
    return parsed;
  };
}

function ambiguousKey(
  asking: readonly CompiledRule[],
  request: JudgedRequest,
  reading: Reading,
  way: Way,
  parameters: Parameters,
): string | null {
  for (const rule of asking) {
    if (rule.matchPlace(request, reading, way) === null) continue;
    const read = queryOf(rule, parameters);
    if (read.kind === 'ambiguous') return read.key;
  }
  return null;
}

function queryOf(rule: CompiledRule, parameters: Parameters): QueryRead {
  return readQuery(rule.wants, parameters(), rule.caseSensitive);
}

/** Captures of host, path and query together; null where the query does not match. */
function withQuery(
  rule: CompiledRule,
  place: Captures,
  parameters: Parameters,
): Captures | null | 'ambiguous' {
  if (rule.wants.length === 0) return place;
  const read = queryOf(rule, parameters);
  if (read.kind !== 'found') return null;
  const isTorn = Object.entries(read.captures).some(
    ([name, value]) => Object.hasOwn(place, name) && place[name]?.toLowerCase() !== value.toLowerCase(),
  );
  return isTorn ? 'ambiguous' : { ...place, ...read.captures };
}
