/** Moments with one deed each, that this stage can do, while it is played. */
import type { Finding } from '../../../../config/located.ts';
import { suggestion } from '../../../../config/suggest.ts';
import type { Sound } from '../laws.ts';
import { DEEDS, type DeedKey } from '../schema/moments.ts';
import { secondsOf } from '../times.ts';

type Moment = NonNullable<Sound['moments'][number]>;

const KEYS = Object.keys(DEEDS) as DeedKey[];

export function deedKeys(moment: Moment): DeedKey[] {
  return KEYS.filter((key) => moment[key] !== undefined);
}

export function* deedsAreOne({ moments }: Sound): Iterable<Finding> {
  for (const [index, moment] of moments.entries()) {
    const keys = moment === null ? ['sound'] : deedKeys(moment);
    const path = ['moments', index];
    if (keys.length === 0)
      yield { path, rule: 'one-deed', text: `does nothing; a moment has one of ${KEYS.join(', ')}` };
    if (keys.length > 1)
      yield { path, rule: 'one-deed', text: `has ${keys.join(' and ')}; write a moment for each` };
  }
}

export function* momentsInTime({ moments, seconds }: Sound): Iterable<Finding> {
  for (const [index, moment] of moments.entries())
    if (moment !== null && secondsOf(moment.at) > secondsOf(seconds))
      yield {
        path: ['moments', index, 'at'],
        rule: 'outside',
        text: `${moment.at} is after the scenario’s end (${seconds})`,
      };
}

export function* deedsCanBeDone({ moments, stage }: Sound): Iterable<Finding> {
  for (const [index, moment] of moments.entries())
    for (const key of moment === null ? [] : deedKeys(moment)) {
      const fault = faultOf(moment!, key, stage);
      if (fault !== null) yield { ...fault, path: ['moments', index, key, ...fault.path] };
    }
}

function faultOf(moment: Moment, key: DeedKey, stage: Sound['stage']): Finding | null {
  const platforms = Object.keys(stage.platforms);
  if (key === 'platform') return unknownPlatform(moment.platform?.name, platforms, ['name']);
  if (key === 'platform-restart') return unknownPlatform(moment['platform-restart'], platforms, []);
  if (key === 'gateway-restart') return unknownGateway(moment['gateway-restart'], stage.gateways);
  if (key === 'gateway-kill') return unknownGateway(moment['gateway-kill'], stage.gateways);
  const isStore = key === 'store-stop' || key === 'store-kill';
  const text = 'needs `store: redis`: an embedded store is lost with its gateway alone';
  return isStore && stage.store === 'embedded' ? { path: [], rule: 'embedded-store', text } : null;
}

function unknownPlatform(name: string | undefined, platforms: string[], path: string[]): Finding | null {
  if (name === undefined || platforms.includes(name)) return null;
  const text = `${JSON.stringify(name)} is no platform of the stage${suggestion(name, platforms)}`;
  return { path, rule: 'unknown-platform', text };
}

function unknownGateway(which: 'each' | number | undefined, gateways: number): Finding | null {
  if (typeof which !== 'number' || which < gateways) return null;
  const text = `${which} is no gateway of the stage: there are ${gateways}, and the first is 0`;
  return { path: [], rule: 'unknown-gateway', text };
}
