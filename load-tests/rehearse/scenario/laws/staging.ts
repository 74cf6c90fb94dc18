/** A stage that can stand. */
import type { Finding } from '../../../../config/located.ts';
import { suggestion } from '../../../../config/suggest.ts';
import { sectionOf } from '../../../stage/stage-config.ts';
import type { LawContext, Sound } from '../laws.ts';
import { secondsOf } from '../times.ts';

const MOST_SECONDS = 86_400;

export function* lastsAWhile({ seconds }: Sound): Iterable<Finding> {
  const written = secondsOf(seconds);
  const at = { path: ['seconds'] };
  if (written < 1) yield { ...at, rule: 'minimum', text: `${seconds} must be at least a second` };
  if (written > MOST_SECONDS) yield { ...at, rule: 'maximum', text: `${seconds} must be at most a day` };
}

export function* stageStands({ stage }: Sound, { config, isOwnConfig }: LawContext): Iterable<Finding> {
  if (stage.gateways > 1 && stage.store === 'embedded')
    yield {
      path: ['stage', 'gateways'],
      rule: 'several-gateways',
      text: `${stage.gateways} gateways need \`store: redis\`: an embedded store is one gateway’s own`,
    };
  const platforms = Object.entries(stage.platforms);
  if (stage.observer && !platforms.some(([, { integrated }]) => integrated))
    yield {
      path: ['stage', 'observer'],
      rule: 'observer',
      text: 'needs a platform with `integrated: true`, which knows what came through the gate',
    };
  const upstreams = Object.keys(sectionOf(config.upstreams));
  for (const [name] of isOwnConfig && upstreams.length > 0 ? platforms : [])
    if (!upstreams.includes(name))
      yield {
        path: ['stage', 'platforms', name],
        at: 'key',
        rule: 'unknown-upstream',
        text: `is no upstream of the configuration: nobody would be sent there${suggestion(name, upstreams)}`,
      };
}
