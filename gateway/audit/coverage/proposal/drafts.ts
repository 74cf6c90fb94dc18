/** Lists the rules that could lead an address into its line, those that change least first. Pure. */
import { compileHost } from '../../../../config/match.ts';
import { captureNames } from '../../../../config/pattern.ts';
import type { Rule, Settings } from '../../../../config/settings.ts';
import { otherRoom } from '../../../../config/template.ts';
import type { Uncovered } from '../words.ts';
import { type Example, readExamples } from './example.ts';
import { fitMatch, fitNew, fitPath, type Match, matchesPath, ownPath } from './fit.ts';

export interface Draft {
  /** The rule that it is a copy of; null: a new one. */
  base: Rule | null;
  match: Match;
  /** As written in a rule. */
  room: string;
}

/** More copies than these are no better. */
const BASES = 4;

/** `isMissed`: the rules in force miss the examples too; else what they miss in the requests is not to be seen in examples. */
export function draftRules(uncovered: Uncovered, settings: Settings, isMissed: boolean): Draft[] {
  const examples = readExamples(uncovered);
  if (examples.length === 0) return [];
  const bases = settings.rules
    .filter(({ room }) => room === uncovered.template || examples.every((one) => one.room === room))
    .sort((one, other) => closeness(other, uncovered, examples) - closeness(one, uncovered, examples))
    .slice(0, BASES);
  if (uncovered.isUnnamed) return bases.flatMap((base) => unnamed(base, uncovered, examples));
  // What was seen was judged by other rules than these: a revision is on its way, or was just taken back.
  if (!isMissed && !bases.some(hidesSomething)) return [];
  return [
    ...bases.flatMap((base) => copies(base, uncovered, examples, isMissed)),
    ...draft(null, fitNew(uncovered, examples), uncovered.template),
    ...single(bases[0] ?? null, uncovered, examples),
  ];
}

/** Whether it may miss requests for what no example shows. */
function hidesSomething({ match: { methods, networks, caseSensitive } }: Rule): boolean {
  return methods.length > 0 || networks.length > 0 || caseSensitive;
}

/** As it is; regardless of case; with its own path where case matters to the ids; for all methods and networks. */
function copies(base: Rule, uncovered: Uncovered, examples: readonly Example[], isMissed: boolean): Draft[] {
  const { match } = base;
  const path = fitPath(match, uncovered, examples);
  const own = match.caseSensitive ? ownPath(uncovered, examples) : null;
  const narrow = path !== null && matchesPath(path, match.caseSensitive, examples);
  const all = { methods: [], networks: [] };
  const widest =
    path === null ? null : fitMatch({ ...match, ...all, caseSensitive: false }, uncovered, examples, path);
  if (!isMissed) return draft(base, widest, base.room ?? uncovered.template);
  const tried = [
    narrow ? fitMatch(match, uncovered, examples, path) : null,
    path === null ? null : fitMatch({ ...match, caseSensitive: false }, uncovered, examples, path),
    own === null ? null : fitMatch(match, uncovered, examples, own),
    widest,
  ];
  return tried.flatMap((one) => draft(base, one, base.room ?? uncovered.template));
}

/** The room by its own name, where the address holds nothing that a template could capture. */
function single(base: Rule | null, uncovered: Uncovered, examples: readonly Example[]): Draft[] {
  const rooms = new Set(examples.map(({ room }) => room));
  const path = ownPath({ ...uncovered, template: '' }, examples);
  const [room] = rooms;
  if (rooms.size !== 1 || room === undefined || path === null) return [];
  const match = { ...bare(uncovered.host, path), query: sharedQuery(examples) };
  return [...draft(base, match, room), ...draft(null, match, room)];
}

/** Requests whose id is empty share the room of the template's strangers; those of people inside a form are left alone. */
function unnamed(base: Rule, uncovered: Uncovered, examples: readonly Example[]): Draft[] {
  const path = ownPath({ ...uncovered, template: '' }, examples);
  if (path === null || captureNames(base.room ?? '').length === 0) return [];
  const empty = Object.entries(base.match.query).filter(([, wanted]) => wanted.startsWith('{'));
  const query = Object.fromEntries(empty.map(([key]) => [key, '']));
  const match = { ...bare(uncovered.host, path), methods: base.match.methods };
  const room = otherRoom(base.room ?? '');
  return [...draft(base, { ...match, query }, room), ...draft(base, { ...match, query: {} }, room)];
}

function bare(host: string, path: string): Match {
  return { hosts: [host], path, query: {}, methods: [], networks: [], caseSensitive: false };
}

/** Pairs that all examples have. */
function sharedQuery(examples: readonly Example[]): Record<string, string> {
  const [first, ...others] = examples;
  const shared = (first?.parameters ?? []).filter(
    ([key, value]) =>
      value !== '' &&
      others.every(({ parameters }) => parameters.some(([one, other]) => one === key && other === value)),
  );
  return Object.fromEntries(shared);
}

function draft(base: Rule | null, match: Match | null, room: string): Draft[] {
  return match === null ? [] : [{ base, match, room }];
}

function closeness({ match, enabled }: Rule, { host }: Uncovered, examples: readonly Example[]): number {
  const path = matchesPath(match.path, false, examples) ? 4 : 0;
  const hosts =
    match.hosts.length === 0 || match.hosts.some((one) => compileHost(one)(host) !== null) ? 2 : 0;
  return path + hosts + (enabled ? 1 : 0);
}
