/** Writes rules into a configuration's text, comments kept. Pure. */
import { isMap, isSeq, parseDocument, stringify, type YAMLSeq } from 'yaml';
import type { Rule } from '../../../../config/settings.ts';
import type { Draft } from './drafts.ts';
import type { Match } from './fit.ts';

/** A rule as an operator would write it: what is as by default is left out. */
export type WrittenRule = Record<string, unknown> & { name: string };

export interface Placed {
  rule: WrittenRule;
  /** Name of the rule behind it; null: the last one. */
  before: string | null;
  /** Name of a bypass that is taken out of force: its pages are the line's; null: none. */
  disables: string | null;
}

export function writeRule({ base, match, room }: Draft, name: string, trafficClass: string): WrittenRule {
  return {
    name,
    match: writeMatch(match),
    room,
    ...(base === null ? {} : kept(base)),
    ...classOf(base, trafficClass),
  };
}

/** Null where the text cannot be written to. */
export function insertRules(config: string, placed: readonly Placed[]): string | null {
  const document = parseDocument(config);
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  if (!isSeq(document.get('rules'))) document.set('rules', document.createNode([]));
  const rules = document.get('rules') as YAMLSeq;
  for (const { rule, before, disables } of placed) {
    const bypass = rules.items.find((item) => isMap(item) && item.get('name') === disables);
    if (disables !== null && isMap(bypass)) bypass.set('enabled', false);
    const index = rules.items.findIndex((item) => isMap(item) && item.get('name') === before);
    rules.items.splice(index < 0 ? rules.items.length : index, 0, document.createNode(rule));
  }
  // An empty list is written `[]`, and would stay in that form.
  rules.flow = false;
  return document.toString({ lineWidth: 0 });
}

/** As one entry of `rules`. */
export function ruleText(rule: WrittenRule): string {
  return stringify([rule], { lineWidth: 0 });
}

function writeMatch({ hosts, path, query, methods, networks, caseSensitive }: Match): Partial<Match> {
  return {
    ...(hosts.length > 0 ? { hosts } : {}),
    path,
    ...(Object.keys(query).length > 0 ? { query } : {}),
    ...(methods.length > 0 ? { methods } : {}),
    ...(networks.length > 0 ? { networks } : {}),
    ...(caseSensitive ? { caseSensitive } : {}),
  };
}

/** What the copied rule says beside its match and its room. */
function kept({ upstream, lane, allowance, registered }: Rule): Partial<Rule> {
  const hasAllowance = allowance.requestsPerMinute !== null || allowance.inFlight !== null;
  return {
    ...(upstream === undefined ? {} : { upstream }),
    ...(lane === 'default' ? {} : { lane }),
    ...(hasAllowance ? { allowance } : {}),
    ...(registered === null ? {} : { registered }),
  };
}

/** Programs that asked under a rule for APIs are answered as such in the line, too. */
function classOf(base: Rule | null, trafficClass: string): Partial<Rule> {
  const copied = base?.class ?? 'registration';
  const wanted = trafficClass === 'api' ? 'api' : copied;
  return wanted === 'registration' ? {} : { class: wanted };
}
