/** Judges as if one rule were not there; compiled once for each configuration and rule. */
import type { Settings } from '../../../config/settings.ts';
import type { Judge, JudgeOf } from './words.ts';

const compiled = new WeakMap<Settings, Map<string, Judge>>();

export function judgeWithout(settings: Settings, rule: string, judgeOf: JudgeOf): Judge {
  const byRule = compiled.get(settings) ?? new Map<string, Judge>();
  compiled.set(settings, byRule);
  const known = byRule.get(rule);
  if (known !== undefined) return known;
  const judge = judgeOf({ ...settings, rules: settings.rules.filter(({ name }) => name !== rule) });
  byRule.set(rule, judge);
  return judge;
}
