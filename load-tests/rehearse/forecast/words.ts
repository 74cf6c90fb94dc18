/** The words of a forecast: what is foreseen of lines and waits, before any load is sent. Types only. */
import type { Plain } from '../../stage/stage-config.ts';
import type { VisitorGroup } from '../visitor-words.ts';

export interface ForecastPlan {
  title: string;
  groups: readonly VisitorGroup[];
  /** The gate's configuration, at the plan's own pace; its times may be the scenario's. */
  config: Plain;
  /** Nobody comes later, s. */
  seconds: number;
  /** What a stay takes beyond the visitor's own time: so many ms for each question to the platform's database. */
  queryMs: number;
}

export interface ForecastOptions {
  seed: number;
  /**
   * Foresees what a rehearsal at this pace sees: polls take as long as ever, and count for more. 1 where absent, as the
   * launch itself will be.
   */
  compress?: number;
  /** About so many come; null or absent: as written. */
  visitors?: number | null;
  /** Foresees the plan's time alone, as a rehearsal sees it; else until the line has drained. */
  stopsAtEnd?: boolean;
  /** Limits to look at side by side; absent or empty: as configured. */
  limits?: readonly LimitsAsked[];
}

/** Takes the place of what is configured, in every room that somebody comes to and that has limits. Absent: as configured. */
export interface LimitsAsked {
  sessions?: number | null;
  admissionsPerMinute?: number | null;
  seats?: number | null;
}

export interface Forecast {
  title: string;
  seed: number;
  compress: number;
  /** Who come, into rooms with limits or not. */
  visitors: number;
  arrivals: {
    /** By minute of the plan. */
    perMinute: readonly number[];
    /** Over any 5 s of real time, as a rehearsal sees it. */
    mostPerMinute: number;
  };
  /** One for each of the limits that were asked for. */
  outcomes: readonly Outcome[];
}

export interface Outcome {
  limits: LimitsAsked;
  /** `as configured`, or `300 sessions, 600 a minute`. */
  label: string;
  /** All rooms together. Numbers whose owners walked away stay in line until they are called, as at the gate. */
  longestLine: number;
  longestAtSeconds: number;
  /** From arrival to admission, of all who were admitted; null: nobody was. */
  waitSeconds: Percentiles | null;
  /** From the opening, or the first arrival, until nobody waited any more; null: somebody still does. */
  drainedAfterSeconds: number | null;
  admitted: number;
  /** Walked away from the line, or came no more when called. */
  walkedAway: number;
  /** Came when nothing was left. */
  turnedAway: number;
  registered: number;
  mostInside: number;
  /** At the plan's seconds `everySeconds`, 2 × `everySeconds`, … */
  line: { everySeconds: number; waiting: readonly number[] };
}

export interface Percentiles {
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  most: number;
}

/** One who comes, in real ms from the beginning. */
export interface Guest {
  atMs: number;
  stayMs: number;
  fillsForm: boolean;
  leaves: boolean;
  /** Walks away after so many polls; null: stays. */
  walksAfterPolls: number | null;
  walksAfterMs: number | null;
  sleep: { afterPolls: number; ms: number } | null;
  /** Numbers taken; more than one, or none of them used, is a bot's. */
  numbers: number;
  comes: boolean;
}

/** What was foreseen of one room, real time. */
export interface RoomPlayed {
  waitsMs: readonly number[];
  /** At the real second 1, 2, … */
  waiting: readonly number[];
  admitted: number;
  walkedAway: number;
  turnedAway: number;
  registered: number;
  mostInside: number;
}
