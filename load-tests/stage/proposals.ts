/** Findings as a scenario's reader needs them: each proposed rule within the configuration as it was written, not as the stage made it. Pure. */
import { parse } from 'yaml';
import type { SeenFinding } from '../rehearse/report-words.ts';
import { asText, isPlain, type Plain } from './stage-config.ts';

/** `written`: a whole configuration, at the scenario's own pace. */
export function asWritten(finding: SeenFinding, written: Plain): SeenFinding {
  const { proposedRule } = finding;
  if (proposedRule === null) return finding;
  const config = asText(withRule(written, proposedRule.yaml, proposedRule.before ?? null));
  return { ...finding, proposedRule: { ...proposedRule, config } };
}

/** Puts one entry of `rules` before the rule of this name; null, or no such rule: at the end. */
export function withRule(config: Plain, rule: string, before: string | null): Plain {
  const read: unknown = parse(rule);
  const added: readonly unknown[] = Array.isArray(read) ? read : [read];
  const rules: readonly unknown[] = Array.isArray(config.rules) ? config.rules : [];
  const found = rules.findIndex((one) => isPlain(one) && before !== null && one.name === before);
  const at = found < 0 ? rules.length : found;
  return { ...config, rules: [...rules.slice(0, at), ...added, ...rules.slice(at)] };
}
