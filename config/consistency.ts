/** The laws that hold between the values of a configuration; a faulty value is told once, not again by what rests on it. */
import { cookies, listenersApart } from './consistency/deployment.ts';
import { namedFiles, pageFiles } from './consistency/files.ts';
import type { Context, Law } from './consistency/law.ts';
import { maintenanceWindows } from './consistency/maintenance.ts';
import {
  launchNamesUnique,
  roomNumbers,
  ruleNamesUnique,
  targets,
  webhookNamesUnique,
} from './consistency/numbers.ts';
import { knownValues, roomNames, rulePatterns } from './consistency/patterns.ts';
import { shedOnce, workBits } from './consistency/protection.ts';
import { defaultNames, laneNames, launchRooms, ruleNames } from './consistency/references.ts';
import { redisStore, storeKeys } from './consistency/store.ts';
import type { Finding, Path } from './located.ts';
import type { Draft } from './validate.ts';

const LAWS: readonly Law[] = [
  listenersApart,
  storeKeys,
  redisStore,
  cookies,
  targets,
  roomNames,
  roomNumbers,
  maintenanceWindows,
  knownValues,
  ruleNamesUnique,
  ruleNames,
  rulePatterns,
  laneNames,
  defaultNames,
  launchNamesUnique,
  webhookNamesUnique,
  launchRooms,
  shedOnce,
  workBits,
  namedFiles,
  pageFiles,
];

/** `told`: what is known to be wrong already, and was left out of the draft. */
export function judge(draft: Draft, context: Context, told: readonly Finding[]): Finding[] {
  const isWrong = (path: Path) =>
    told.some(
      (finding) => isAtOrAbove(finding.path, path) || (path.length > 1 && isAtOrAbove(path, finding.path)),
    );
  return LAWS.flatMap((law) => [...law(draft, context)]).filter(({ rests }) => !rests?.some(isWrong));
}

function isAtOrAbove(upper: Path, path: Path): boolean {
  return upper.length <= path.length && upper.every((key, index) => key === path[index]);
}
