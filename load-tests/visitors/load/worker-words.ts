/** What a load's processes tell each other. Types only: all of it travels as messages. */

import type { LawRecord } from '../laws.ts';
import type { LoadPlan, LoadTarget, RequestCounts, StatesAtAddress, VisitorCounts } from '../load-words.ts';

export interface WorkerJob {
  plan: LoadPlan;
  target: Omit<LoadTarget, 'origins'>;
  origins: readonly string[];
  /** Sends each visitor whose number leaves this rest when divided by `of`. */
  index: number;
  of: number;
  /** By the clock of `machine-clock.ts`. */
  beginsAtMs: number;
  /** See LoadOptions. */
  starvedMs: number;
}

export type ToWorker =
  | { kind: 'begin'; job: WorkerJob }
  | { kind: 'origins'; origins: readonly string[] }
  | { kind: 'look'; id: number }
  | { kind: 'stop' };

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'seen'; id: number; seen: Seen }
  | { kind: 'over'; seen: Seen; evidence: readonly Evidence[] }
  | { kind: 'failed'; message: string };

/** What one process saw so far. Histograms are packed. */
export interface Seen {
  groups: Readonly<Record<string, VisitorCounts>>;
  mostAtOnce: number;
  requests: RequestCounts;
  lately: { came: number; requests: number; failed: number; latency: string; delay: string };
  latency: Readonly<Record<string, string>>;
  states: readonly StatesAtAddress[];
  delay: string;
  self: SelfWatch;
}

/** How a process saw itself, in windows of 5 s. */
export interface SelfWatch {
  windows: number;
  /** Windows in which a process took nearly all of its core. */
  busyWindows: number;
  /** Windows in which requests were sent late. */
  lateWindows: number;
  /** The busiest window's share of one core. */
  cpuShare: number;
  came: number;
  /** Of those, more than a second after their time. */
  cameLate: number;
}

/** What laws, waits and draws are judged by; times by the machine's clock. */
export interface Evidence extends LawRecord {
  group: string;
  /** A second tab is nobody of its own. */
  isTab: boolean;
  arrivedAtMs: number;
  goneAtMs: number | null;
  numbers: readonly number[];
  lostPlaces: number;
}
