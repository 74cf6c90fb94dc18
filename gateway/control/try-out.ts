/** Tries a configuration on the requests of the last minute: what would it judge otherwise? Nothing of them leaves the process but their addresses. */
import type { Settings } from '../../config/settings.ts';
import type { DryRunResult, Judge, Judgeable } from '../audit/dry-run.ts';
import type { Traffic } from '../audit/traffic.ts';
import { compileClassifier } from '../request/classify.ts';

export function tryOut(traffic: Pick<Traffic, 'dryRun'>, next: Settings, present: Settings): DryRunResult {
  return traffic.dryRun(judgeBy(next), judgeBy(present));
}

/** By the rules alone, from no network in particular: addresses are not remembered. */
function judgeBy(settings: Settings): Judge {
  const classify = compileClassifier(settings);
  return (request) => {
    const classified = classify(judgedOf(request));
    if (classified.kind === 'refused') return { kind: 'refused', room: null, rule: null };
    const rule = classified.rule?.name ?? null;
    return { kind: classified.kind, room: classified.kind === 'room' ? classified.room : null, rule };
  };
}

function judgedOf({ method, host, path, query }: Judgeable) {
  const target = query === '' ? path : `${path}?${query}`;
  return { method, host, path, query, target, authority: host, scheme: 'http' as const, clientAddress: '' };
}
