/** The words of the coverage analysis at the gate: what it is told, and what it says. Types only. */
import type { Settings } from '../../../config/settings.ts';
import type { AddressCount, RoomReport, TrafficWindow } from '../../control/words.ts';
import type { CoverageState, FoundNow, ProposedRule } from '../words.ts';

export interface AskedAddress {
  method: string;
  /** Lower case, without port. */
  host: string;
  /** Canonical. */
  path: string;
  /** Without `?`. */
  query: string;
}

/** Where the rules alone lead an address. */
export interface Judged {
  kind: 'room' | 'bypass' | 'refused';
  room: string | null;
  template: string | null;
  /** Name of the rule; null: none matched. */
  rule: string | null;
}

export type Judge = (asked: AskedAddress) => Judged;
/** Cheap for settings that it was asked about before. */
export type JudgeOf = (settings: Settings) => Judge;
/** A configuration's text as it would be run, pins included; null where it is wrong. */
export type ParseText = (config: string) => Settings | null;

/** The load of a while ago, to tell a climb by. */
export interface CalmLoad {
  forwardedPerMinute: number;
  unqueuedPerMinute: number;
}

export interface Situation {
  /** Of all gateways. */
  windows: readonly TrafficWindow[];
  settings: Settings;
  /** The text that `settings` were read from; proposals are made of it. */
  config: string;
  judgeOf: JudgeOf;
  rooms: readonly RoomReport[];
  /** Null: not known yet. */
  calm: CalmLoad | null;
  /** Wall clock, epoch ms. */
  atMs: number;
  /** Whether traffic was watched for a whole window: before that, silence says nothing. */
  isWatchedLong: boolean;
  propose: Propose;
}

/** All gateways together. */
export interface Merged {
  windowSeconds: number;
  requests: number;
  forwarded: number;
  byAddress: readonly AddressCount[];
}

/** Requests that name one room at one place of the platform, outside of its line. */
export interface Place {
  host: string;
  /** First folder of the path: `/ereg`; '' at the root. */
  folder: string;
  /** What keeps it apart from other places of the host: the folder, or one path shape where only that is meant. */
  where: string;
  /** The room that is named; its template where many rooms are named, each by few requests. */
  room: string;
  /** Key of `settings.rooms` whose law the room has. */
  template: string;
  entries: readonly AddressCount[];
  /** Of the busiest address. */
  pathShape: string;
  forwarded: number;
  /** Of them, answered otherwise than by 4xx. */
  served: number;
}

/** An address that belongs into a room, with requests seen there. */
export interface Uncovered {
  host: string;
  pathShape: string;
  template: string;
  class: string;
  /** `target`: path and query; `room`: the one that it names. */
  examples: readonly { target: string; room: string }[];
  /** Whether the rule's own capture is empty there, so that only a shared room can take it. */
  isUnnamed: boolean;
}

/** Rules for all of these addresses at once; by index the rule for each, null where there is none. */
export type Propose = (
  uncovered: readonly Uncovered[],
  situation: Pick<Situation, 'settings' | 'config' | 'judgeOf'>,
  bystanders: readonly AddressCount[],
) => (ProposedRule | null)[];

/** One row of `coverage.gate.byAddress`. */
export interface CoveredAddress {
  host: string;
  pathShape: string;
  room: string | null;
  outcome: string;
  requests: number;
  /** Of all requests. */
  share: number;
}

export interface GateCoverage {
  state: CoverageState;
  requests: number;
  /** Of the requests that the platform got, those that belong into a line and were in none. */
  unqueuedShare: number;
  byAddress: readonly CoveredAddress[];
}

export interface Analysis {
  windowSeconds: number;
  gate: GateCoverage;
  found: readonly FoundNow[];
  /** A minute. */
  load: CalmLoad;
}
