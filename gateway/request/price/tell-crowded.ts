/** Says in a sentence that few sources crowd many out of a room, and what becomes of it. */
import type { Crowding } from './crowding.ts';

export function crowdedDecision(room: string, { fast, others }: Crowding, mode: 'observe' | 'act') {
  const share = Math.round((fast / Math.max(1, fast + others)) * 100);
  const done = mode === 'act' ? 'its further numbers go to later lanes' : 'nothing is done about it';
  const sentence = `room ${room} is crowded: ${share} % of the numbers asked for of late were for networks that ask faster than people come; of each, ${done} (balancers belong in listen.trustedProxies, busy shared networks in protection.joins.sharedNetworks)`;
  return { kind: 'crowded', room, signal: 'joins', value: share / 100, limit: 0.2, mode, sentence };
}
