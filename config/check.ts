/** Warns of what is legal and dangerous in a configuration that may run. */
import type { Caution } from './cautions/caution.ts';
import { launchAddresses, launchesInMaintenance, launchRoomsKnown, prequeues } from './cautions/launches.ts';
import { trustedEverybody, unverifiedUpstreams, upstreamLoops, urlLimits } from './cautions/platform.ts';
import { promisedAdmissions, promisedSlots, sharedEverybody } from './cautions/protection.ts';
import { allowances, roomCounts, roomModes, unreachableRooms, zeroLimits } from './cautions/rooms.ts';
import {
  bypassCoversRule,
  bypassOfEverything,
  rulesUnderPrefix,
  unreachableRules,
} from './cautions/rules.ts';
import { byPlace, type Located, locate, type Positions } from './located.ts';
import type { Settings } from './settings.ts';

const CAUTIONS: readonly Caution[] = [
  bypassCoversRule,
  bypassOfEverything,
  unreachableRules,
  rulesUnderPrefix,
  launchAddresses,
  launchRoomsKnown,
  launchesInMaintenance,
  prequeues,
  zeroLimits,
  unreachableRooms,
  roomModes,
  allowances,
  roomCounts,
  promisedAdmissions,
  promisedSlots,
  sharedEverybody,
  upstreamLoops,
  unverifiedUpstreams,
  trustedEverybody,
  urlLimits,
];

export function checkConfig(settings: Settings, positions: Positions): Located[] {
  return CAUTIONS.flatMap((caution) => [...caution(settings)])
    .map((finding) => locate(finding, positions))
    .sort(byPlace);
}
