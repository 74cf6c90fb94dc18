/**
 * Says which room a request belongs to, or that a rule lets it bypass: the first enabled rule that matches wins, and what
 * none matches goes to the default room.
 *
 * A path that platforms may read in two ways is judged by both readings, and refused where they disagree. A key that names
 * the room and occurs twice (or as an array, or in a spelling that only some platforms take for it) is refused wherever
 * method, host and path of a rule that asks for it match, even if an earlier rule would have won.
 */
import type { Captures } from '../../config/match.ts';
import type { Rule, Settings } from '../../config/settings.ts';
import { type Parameter, parseQuery, type QueryRead, readQuery } from './classify-query.ts';
import {
  exactReading,
  isPlainPath,
  lenientReading,
  plainReading,
  type Reading,
} from './classify-readings.ts';
import { type CompiledRule, compileRule, isEmpty } from './classify-rule.ts';
import { refused } from './normalise-head.ts';
import type { Classified, JudgedRequest } from './words.ts';

export { otherRoomOf } from './classify-room.ts';

export type Classifier = (request: JudgedRequest) => Classified;

export function compileClassifier(settings: Settings): Classifier {
  const rules = settings.rules.filter((rule) => rule.enabled);
  const exactly = compileJudge(rules, settings, exactReading);
  const leniently = compileJudge(rules, settings, lenientReading);
  return (request) => {
    // `OPTIONS *` asks about the whole server and has no path to be read in two ways.
    if (isPlainPath(request.path) || request.path === '*')
      return exactly(request, plainReading(request.path));
    const exact = exactly(request, exactReading(request.path));
    const isTwofold = !isSame(exact, leniently(request, lenientReading(request.path)));
    return isTwofold ? refused('the path can be read in two ways that rules judge differently') : exact;
  };
}

function isSame(one: Classified, other: Classified): boolean {
  if (one.kind === 'refused' || other.kind === 'refused') return one.kind === other.kind;
  if (one.rule !== other.rule) return false;
  return one.kind !== 'room' || other.kind !== 'room' || one.room === other.room;
}

type Judge = (request: JudgedRequest, reading: Reading) => Classified;

function compileJudge(written: readonly Rule[], settings: Settings, read: (path: string) => Reading): Judge {
  const rules = written.map((rule) => compileRule(rule, settings, read));
  const fallback = defaultOutcome(settings);
  return (request, reading) => {
    let parameters: readonly Parameter[] | null = null;
    let winner: Classified | null = null;
    for (const rule of rules) {
      // Behind the winner only a key that names another room twice is still looked for.
      if (winner !== null && rule.wants.length === 0) continue;
      const path = rule.caseSensitive ? reading.text : reading.lower;
      const place = path.startsWith(rule.prefix) ? rule.matchPlace(request, path) : null;
      if (place === null) continue;
      if (rule.wants.length > 0 && request.query !== '') parameters ??= parseQuery(request.query);
      const captures = capturesOf(rule, place, parameters ?? []);
      if (captures.kind === 'ambiguous') return ambiguous(captures.key);
      if (winner !== null || captures.kind === 'absent' || !isInNetworks(rule, request)) continue;
      winner = rule.outcome(captures.captures);
      if (request.query === '') return winner;
    }
    return winner ?? fallback;
  };
}

function defaultOutcome({ default: { room, upstream } }: Settings): Classified {
  return { kind: 'room', room, template: room, rule: null, class: 'registration', lane: 'default', upstream };
}

function ambiguous(key: string): Classified {
  const detail = `the parameter ${JSON.stringify(key)} names the room and must occur once, with one meaning`;
  return refused(detail, 'HG_AMBIGUOUS_CAPTURE');
}

function isInNetworks({ networks }: CompiledRule, request: JudgedRequest): boolean {
  return networks === null || networks(request.clientAddress);
}

/** Captures of host, path and query together. */
function capturesOf(rule: CompiledRule, place: Captures, parameters: readonly Parameter[]): QueryRead {
  if (rule.wants.length === 0) return { kind: 'found', captures: place };
  const read = readQuery(rule.wants, parameters, rule.caseSensitive);
  if (read.kind !== 'found' || isEmpty(place)) return read;
  const torn = Object.keys(read.captures).find(
    (name) => Object.hasOwn(place, name) && place[name]?.toLowerCase() !== read.captures[name]?.toLowerCase(),
  );
  if (torn !== undefined) return { kind: 'ambiguous', key: torn };
  return { kind: 'found', captures: { ...place, ...read.captures } };
}
