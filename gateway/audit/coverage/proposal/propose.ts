/**
 * Proposes the rules that lead uncovered addresses into their line: for each address the first draft that does it by
 * itself; addresses whose rules differ in their hosts alone share one; then all of them in one configuration, so that
 * any finding's proposal mends the whole.
 */
import { coversPath } from '../../../../config/cover.ts';
import type { ProposedRule } from '../../words.ts';
import { readTarget } from '../target.ts';
import { listed } from '../texts.ts';
import type { ParseText, Propose, Uncovered } from '../words.ts';
import { ruleText, type WrittenRule, writeRule } from './config-text.ts';
import { type Draft, draftRules } from './drafts.ts';
import { reveal } from './reveal.ts';
import { lands, type Trial, tryRules } from './verify.ts';

interface Solved {
  /** Indexes of the addresses. */
  of: number[];
  draft: Draft;
  before: string | null;
  disables: string | null;
  rule: WrittenRule;
}

const LONGEST_NAME = 100;

export function proposeBy(parse: ParseText): Propose {
  return (told, { settings, config, judgeOf }, bystanders) => {
    const uncovered = told.map(reveal);
    const trial = { config, settings, judgeOf, parse, bystanders };
    const solved = merge(uncovered.flatMap((one, index) => solve(one, index, trial)));
    const named = uniquelyNamed(solved, trial);
    const all = named.flatMap(({ of }) => of.map((index) => uncovered[index] as Uncovered));
    const together = named.length === 0 ? null : tryRules(named, all, trial);
    return uncovered.map((one, index) => {
      const mine = named.find(({ of }) => of.includes(index));
      const text = mine === undefined ? null : (together ?? tryRules([mine], [one], trial));
      return mine === undefined || text === null ? null : proposed(mine, text, uncovered);
    });
  };
}

function solve(uncovered: Uncovered, index: number, trial: Trial): Solved[] {
  const isMissed = !lands(uncovered, trial.judgeOf(trial.settings), trial.settings);
  for (const draft of draftRules(uncovered, trial.settings, isMissed)) {
    const before = placeOf(uncovered, draft, trial);
    const rule = writeRule(draft, freeName(draft, uncovered, trial, new Set()), uncovered.class);
    for (const disables of [wideBypass(uncovered, draft, trial), null])
      if (tryRules([{ rule, before, disables }], [uncovered], trial) !== null)
        return [{ of: [index], draft, before, disables, rule }];
  }
  return [];
}

/** The bypass that lets past all that the copied rule is for: behind it no page of its journey is in the line. */
function wideBypass(
  { host, examples }: Uncovered,
  { base }: Draft,
  { settings, judgeOf }: Trial,
): string | null {
  const [first] = examples;
  if (first === undefined || base === null) return null;
  const { rule } = judgeOf(settings)(readTarget(host, first.target));
  const taker = settings.rules.find(({ name }) => name === rule);
  if (taker === undefined || taker.room !== undefined || taker.class === 'asset' || taker.class === 'staff')
    return null;
  return coversPath(taker.match, base.match) ? taker.name : null;
}

/** Before the first rule that catches one of the examples; behind its own rule where that one matches and yet takes none. */
function placeOf(
  { host, examples }: Uncovered,
  { base }: Draft,
  { settings, judgeOf }: Trial,
): string | null {
  const order = settings.rules.map(({ name }) => name);
  const judge = judgeOf(settings);
  const places = examples.map(({ target }) => {
    const { rule } = judge(readTarget(host, target));
    if (rule === null) return order.length;
    return rule === base?.name ? order.indexOf(rule) + 1 : order.indexOf(rule);
  });
  return order[Math.min(order.length, ...places)] ?? null;
}

function merge(solved: readonly Solved[]): Solved[] {
  const groups = Map.groupBy(solved, ({ rule, before }) =>
    JSON.stringify([
      { ...rule, name: '', match: { ...(rule.match as object), hosts: [] } },
      before,
      hasHosts(rule),
    ]),
  );
  return [...groups.values()].map((group) => {
    const [first, ...others] = group as [Solved, ...Solved[]];
    if (others.length === 0) return first;
    const hosts = [...new Set(group.flatMap(({ draft }) => draft.match.hosts))];
    const draft = { ...first.draft, match: { ...first.draft.match, hosts } };
    const rule = writeRule(
      draft,
      first.rule.name,
      (first.rule.class as string | undefined) ?? 'registration',
    );
    return { ...first, of: group.flatMap(({ of }) => of), draft, rule };
  });
}

function hasHosts({ match }: WrittenRule): boolean {
  return (match as { hosts?: unknown }).hosts !== undefined;
}

function uniquelyNamed(solved: readonly Solved[], trial: Trial): Solved[] {
  const taken = new Set<string>();
  return solved.map((one) => {
    const name = nameBy(one.rule.name, trial, taken);
    taken.add(name);
    return { ...one, rule: { ...one.rule, name } };
  });
}

function freeName(
  { base, room }: Draft,
  { host, pathShape }: Uncovered,
  trial: Trial,
  taken: Set<string>,
): string {
  const name = base === null ? `${room} at ${host}${pathShape}` : `${base.name}, ${host}`;
  return nameBy(name.slice(0, LONGEST_NAME - 4), trial, taken);
}

function nameBy(wanted: string, { settings }: Trial, taken: ReadonlySet<string>): string {
  const isTaken = (name: string) => taken.has(name) || settings.rules.some((rule) => rule.name === name);
  if (!isTaken(wanted)) return wanted;
  let count = 2;
  while (isTaken(`${wanted} ${count}`)) count++;
  return `${wanted} ${count}`;
}

function proposed(
  { of, rule, before, disables, draft }: Solved,
  config: string,
  uncovered: readonly Uncovered[],
): ProposedRule {
  const places = of.map((index) => `${uncovered[index]?.host}${uncovered[index]?.pathShape}`);
  const place = before === null ? 'as the last rule' : `before the rule ${JSON.stringify(before)}`;
  const out =
    disables === null
      ? ''
      : ` The bypass ${JSON.stringify(disables)} is disabled: it lets all of these pages past every line.`;
  const summary = `A new rule ${place} leads ${listed([...new Set(places)])} into ${draft.room}.${out}`;
  return { yaml: ruleText(rule), before, config, summary };
}
