/** Automatic protection that promises more than there is, or takes everybody for an exception. */
import type { Caution } from './caution.ts';

/** registration, api, staff, asset. */
const CLASSES = 4;

export const promisedSlots: Caution = function* ({ protection }) {
  if (protection.guaranteedShare * CLASSES > 1)
    yield {
      path: ['protection', 'guaranteedShare'],
      rule: 'guarantee-over-slots',
      text: `${protection.guaranteedShare} for each of ${CLASSES} classes is more than all slots: none can be sure of its own`,
    };
};

export const promisedAdmissions: Caution = function* ({ rooms }) {
  for (const [key, { limits, guarantee }] of Object.entries(rooms)) {
    const [promised, most] = [guarantee.admissionsPerMinute, limits.admissionsPerMinute];
    if (promised === null || most === null || promised <= most) continue;
    yield {
      path: ['rooms', key, 'guarantee', 'admissionsPerMinute'],
      rule: 'guarantee-over-limit',
      text: `${promised} is more than the room ever lets in (limits.admissionsPerMinute: ${most}): the rest is promised to nobody`,
    };
  }
};

export const sharedEverybody: Caution = function* ({ protection }) {
  for (const [index, network] of protection.joins.sharedNetworks.entries())
    if (network.endsWith('/0'))
      yield {
        path: ['protection', 'joins', 'sharedNetworks', index],
        rule: 'shares-everybody',
        text: `${network} takes every address for a shared one: ten times as much is free for all`,
      };
};
