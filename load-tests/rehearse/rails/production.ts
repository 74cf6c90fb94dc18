/** Keeps a rehearsal from the addresses where a launch's real visitors come. */
import type { Settings } from '../../../config/settings.ts';
import { isSamePlace, placeOf } from './place.ts';
import type { NamedTarget, Railed } from './words.ts';

export function judgeProduction(target: NamedTarget, { launches }: Pick<Settings, 'launches'>): Railed {
  const place = placeOf(target.url);
  const field = `rehearsal.targets.${target.name}.url`;
  if (place === null)
    return { kind: 'refused', because: `${field} must be an http or https origin without a user name` };
  if (target.production) return { kind: 'allowed' };
  for (const { name, addresses } of launches)
    for (const address of addresses) {
      const launched = placeOf(address);
      if (launched !== null && isSamePlace(place, launched))
        return { kind: 'refused', because: sentence(target, new URL(address).host, name) };
    }
  return { kind: 'allowed' };
}

function sentence({ name, url }: NamedTarget, host: string, launch: string): string {
  return `target ${name} (${url}) is ${host}, where real visitors of the launch ${JSON.stringify(launch)} come; rehearse with a copy of the platform, or say rehearsal.targets.${name}.production: true`;
}
