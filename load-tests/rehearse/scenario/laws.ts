/** What holds between the values of a scenario: each law tells what breaks it, and is asked only of what is sound by itself. */
import type { Finding } from '../../../config/located.ts';
import type { Plain } from '../../stage/stage-config.ts';
import { arrivalsCanBeSent, arrivalsInTime, logsAreThere, staysInOrder } from './laws/arriving.ts';
import { configsHold } from './laws/configs.ts';
import { boundsAreOne, figuresAreKnown, judgedInTime } from './laws/expecting.ts';
import { deedsAreOne, deedsCanBeDone, momentsInTime } from './laws/happening.ts';
import { lastsAWhile, stageStands } from './laws/staging.ts';
import type { Written } from './schema.ts';

/** What is wrong by itself is left out: of a list, its place stays empty. */
export interface Sound extends Omit<Written, 'moments'> {
  moments: readonly (Written['moments'][number] | null)[];
}

export interface LawContext {
  /** Of the scenario's file. */
  folder: string;
  /** The gate's configuration that is played: the scenario's, or what takes its place. */
  config: Plain;
  /** Whether the scenario wrote it. */
  isOwnConfig: boolean;
}

export type ScenarioLaw = (scenario: Sound, context: LawContext) => Iterable<Finding>;

const LAWS: readonly ScenarioLaw[] = [
  stageStands,
  configsHold,
  arrivalsInTime,
  arrivalsCanBeSent,
  staysInOrder,
  logsAreThere,
  deedsAreOne,
  momentsInTime,
  deedsCanBeDone,
  figuresAreKnown,
  boundsAreOne,
  judgedInTime,
];

export function judgeLaws(scenario: Sound, context: LawContext): Finding[] {
  // Of a scenario that takes no time everything would be outside of it.
  const timeless = [...lastsAWhile(scenario)];
  return timeless.length > 0 ? timeless : LAWS.flatMap((law) => [...law(scenario, context)]);
}
