/** Configurations that a gate takes: the stage's, and each that a moment makes of it. */
import type { Finding } from '../../../../config/located.ts';
import { applyPins } from '../../../../config/pins.ts';
import { mergePatch, type Plain, sectionOf } from '../../../stage/stage-config.ts';
import { type GateContext, gateFindings, patchFindings } from '../gate-config.ts';
import type { LawContext, Sound } from '../laws.ts';
import { secondsOf } from '../times.ts';

export function* configsHold(
  scenario: Sound,
  { config, folder, isOwnConfig }: LawContext,
): Iterable<Finding> {
  const { stage } = scenario;
  const context = { platforms: Object.keys(stage.platforms), store: stage.store, folder };
  const own = isOwnConfig ? gateFindings(config, context) : [];
  for (const finding of own) yield below(['stage', 'config'], finding);
  yield* patchesHold(scenario, config, context);
}

/** A deploy knows nothing of what was changed by hand before it. */
function* patchesHold({ moments }: Sound, config: Plain, context: GateContext): Iterable<Finding> {
  let [deployed, present] = [config, config];
  for (const [index, moment] of inOrder(moments)) {
    if (moment.deploy !== undefined) {
      yield* allBelow(['moments', index, 'deploy'], patchFindings(deployed, moment.deploy, context));
      deployed = sectionOf(mergePatch(deployed, moment.deploy));
      present = deployed;
    } else if (moment.edit !== undefined) {
      yield* allBelow(['moments', index, 'edit'], patchFindings(present, moment.edit, context));
      present = sectionOf(mergePatch(present, moment.edit));
    }
    yield* pinHolds(moment, index, present);
  }
}

type Moment = NonNullable<Sound['moments'][number]>;

function* pinHolds({ api }: Moment, index: number, present: Plain): Iterable<Finding> {
  if (api?.path !== '/v1/pins' || api.method !== 'POST') return;
  const { path, value } = api.body;
  const [outcome] = applyPins(structuredClone(present), [{ path: String(path), value }]);
  if (outcome?.kind !== 'missing') return;
  const text = `${JSON.stringify(path ?? null)} names nothing in the configuration that is in force then`;
  yield { path: ['moments', index, 'api', 'body', 'path'], rule: 'unknown-pin', text };
}

function inOrder(moments: Sound['moments']): [number, Moment][] {
  const sound = [...moments.entries()].filter((entry): entry is [number, Moment] => entry[1] !== null);
  return sound.sort(([, a], [, b]) => secondsOf(a.at) - secondsOf(b.at));
}

function allBelow(path: (string | number)[], findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => below(path, finding));
}

function below(path: (string | number)[], { rests: _, ...finding }: Finding): Finding {
  return { ...finding, path: [...path, ...finding.path] };
}
