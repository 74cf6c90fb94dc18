/** Rules that let traffic around a line, or that no request ever reaches. */
import { coversPath } from '../cover.ts';
import type { Finding } from '../located.ts';
import type { Rule, Settings } from '../settings.ts';
import type { Caution } from './caution.ts';
import { bypassedHosts, coversNetworks, coversRule, takesNavigations } from './cover-rule.ts';

interface Placed {
  index: number;
  rule: Rule;
}

export const bypassCoversRule: Caution = function* (settings) {
  const placed = enabledRules(settings);
  for (const [place, bypass] of placed.entries()) {
    if (bypass.rule.action !== 'bypass') continue;
    for (const later of placed.slice(place + 1)) {
      const hosts = later.rule.room === undefined ? [] : bypassedHosts(bypass.rule.match, later.rule.match);
      if (hosts.length > 0) yield bypassFinding(bypass, later, hosts);
    }
  }
};

function bypassFinding(bypass: Placed, later: Placed, hosts: readonly string[]): Finding {
  const some = hosts.length < later.rule.match.hosts.length ? ` on ${hosts.join(', ')}` : '';
  return {
    path: ['rules', bypass.index],
    rule: 'bypass-covers-rule',
    text: `bypass ${quoted(bypass)} covers the rule ${quoted(later)} (rules[${later.index}]) after it${some}: visitors of room ${later.rule.room} pass unqueued; place it after that rule, or narrow it`,
  };
}

/** Bypasses before rooms have their own, louder words. */
export const unreachableRules: Caution = function* (settings) {
  for (const [later, earlier] of shadowed(settings)) {
    if (earlier.rule.action === 'bypass' && later.rule.room !== undefined) continue;
    yield {
      path: ['rules', later.index],
      rule: 'rule-unreachable',
      text: `${quoted(later)} is never reached: the rule ${quoted(earlier)} (rules[${earlier.index}]) before it takes all that it matches`,
    };
  }
};

/** Indexes of rules that are looked at and can be reached. */
export function liveRules(settings: Settings): Rule[] {
  const dead = new Set([...shadowed(settings)].map(([later]) => later.index));
  return enabledRules(settings)
    .filter(({ index }) => !dead.has(index))
    .map(({ rule }) => rule);
}

/** Each rule that is wholly covered, with the first rule that covers it. */
function* shadowed(settings: Settings): Iterable<[later: Placed, earlier: Placed]> {
  const placed = enabledRules(settings);
  for (const [place, later] of placed.entries()) {
    const earlier = placed.slice(0, place).find(({ rule }) => coversRule(rule.match, later.rule.match));
    if (earlier !== undefined) yield [later, earlier];
  }
}

export const bypassOfEverything: Caution = function* (settings) {
  for (const placed of enabledRules(settings)) {
    const { match, action } = placed.rule;
    const everything =
      action === 'bypass' &&
      (match.hosts.length === 0 || match.hosts.includes('*')) &&
      Object.keys(match.query).length === 0 &&
      takesNavigations(match.methods) &&
      coversNetworks(match.networks, []) &&
      coversPath(match, { path: '/*', caseSensitive: false });
    if (everything)
      yield {
        path: ['rules', placed.index],
        rule: 'bypass-of-everything',
        text: `bypass ${quoted(placed)} lets everything pass that no earlier rule takes: nobody waits in the default room`,
      };
  }
};

export const rulesUnderPrefix: Caution = function* (settings) {
  const reserved = { path: `${settings.prefix}/*`, caseSensitive: true };
  for (const placed of enabledRules(settings))
    if (coversPath(reserved, { path: placed.rule.match.path, caseSensitive: true }))
      yield {
        path: ['rules', placed.index, 'match', 'path'],
        rule: 'rule-under-prefix',
        text: `${JSON.stringify(placed.rule.match.path)} is never reached: the gate answers all under ${settings.prefix} itself`,
      };
};

function enabledRules(settings: Settings): Placed[] {
  return settings.rules.map((rule, index) => ({ rule, index })).filter(({ rule }) => rule.enabled);
}

function quoted({ rule }: Placed): string {
  return JSON.stringify(rule.name);
}
