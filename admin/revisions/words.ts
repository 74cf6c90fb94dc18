/** The words of revisions and their activation. Types only. */
import type { LoadResult } from '../../config/load.ts';
import type { RevisionTotals } from '../../gateway/control/words.ts';

export type RevisionSource = 'file' | 'api' | 'room' | 'override' | 'rollback' | 'adopted';

/**
 * `created`: never ran. `staged`: some gateways run it. `replaced`: it was active before another one. `rolled-back`: it was
 * staged or active, and taken back. `noted`: an override of a gateway, kept so that the history is whole.
 */
export type RevisionState = 'created' | 'staged' | 'active' | 'replaced' | 'rolled-back' | 'noted';

export interface Revision {
  number: number;
  /** YAML. */
  config: string;
  source: RevisionSource;
  author: string;
  reason: string;
  /** ISO 8601. */
  createdAt: string;
  /** The revision that it was made from; null: none. */
  parent: number | null;
  state: RevisionState;
  /** What was active before it; null: it never was active, or is the first. */
  replaced: number | null;
  /** The revision that this one took back. */
  rollbackOf: number | null;
}

/** One step of a revision's activation. */
export interface JournalEntry {
  /** ISO 8601. */
  at: string;
  step: string;
  detail: string;
}

export type GoodLoad = Extract<LoadResult, { ok: true }>;

/** The admin's own configuration file, as it was read. */
export interface LoadedFile {
  /** As given on the command line. */
  file: string;
  loaded: GoodLoad;
}

/** What decides whether a revision may go on: see `admin.activation` of the configuration. */
export interface Guards {
  firstSeconds: number;
  nextSeconds: number;
  mostFailedShare: number;
  mostLatencyRatio: number;
  mostUnqueuedShare: number;
}

/** A staged activation between two steps; plain values, so that it survives the process. */
export interface Activation {
  revision: number;
  phase: 'first' | 'half';
  /** Who runs it ahead of the others, with the time that each began as a process: a restart is seen by it. */
  gateways: Record<string, string>;
  /** Totals of everybody else when the stage began. */
  marks: Record<string, RevisionTotals>;
  /** Totals of those gateways in the minute before the first of them ran it. */
  before: Sums;
  /** Monotonic ms of this process. */
  beganMs: number;
  /** Since when all of them run it, monotonic ms; null: not yet. */
  runSinceMs: number | null;
  /** Taken up by another process than began it: gateways may not have been heard of yet. */
  isResumed: boolean;
}

export type Sums = Pick<RevisionTotals, 'forwarded' | 'failed' | 'unqueued' | 'latency'>;

export type Step =
  | { kind: 'stay'; activation: Activation }
  | { kind: 'widen'; activation: Activation; detail: string }
  | { kind: 'activate'; detail: string }
  | { kind: 'roll-back'; reason: string };
