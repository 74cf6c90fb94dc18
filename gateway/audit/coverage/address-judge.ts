/** Judges addresses as the audit of access logs judges its lines: from no network in particular. */
import type { Settings } from '../../../config/settings.ts';
import type { Judge as JudgeLine } from '../judge-words.ts';
import type { Judge, Judged, JudgeOf } from './words.ts';

const REFUSED: Judged = { kind: 'refused', room: null, template: null, rule: null };

/** `compile` is handed in by whoever may know the classifier; each configuration is compiled once. */
export function addressJudge(compile: (settings: Settings) => JudgeLine): JudgeOf {
  const compiled = new WeakMap<Settings, Judge>();
  return (settings) => {
    const judge = compiled.get(settings) ?? judgeBy(compile(settings));
    compiled.set(settings, judge);
    return judge;
  };
}

function judgeBy(judge: JudgeLine): Judge {
  return ({ method, host, path, query }) => {
    const target = query === '' ? path : `${path}?${query}`;
    const verdict = judge({ method, host, target, clientAddress: null });
    // The gate's own pages are no way to the platform.
    if (verdict.kind === 'refused' || verdict.kind === 'reserved') return REFUSED;
    const { kind, room, template, rule } = verdict;
    return { kind, room, template, rule };
  };
}
