/** The words of automatic decisions as the admin keeps them. Types only. */
import type { Decision } from '../../gateway/control/words.ts';

export interface KeptDecision extends Omit<Decision, 'seq'> {
  /** Grows. */
  id: number;
  /** Who reported it. */
  gateways: readonly string[];
}

/** As long as it is not on the disk it has no id. */
export type Unsaved = Omit<KeptDecision, 'id' | 'gateways'> & { id: number | null; gateways: string[] };

/** What is known of one gateway's decisions: a restart begins to count anew. */
export interface Source {
  gateway: string;
  startedAt: string;
  seq: number;
}

export interface FreshDecision {
  gateway: string;
  decision: Decision;
  /** By the admin's side of the clocks, ms. */
  atMs: number;
  /** Between the decision and its report. */
  ageMs: number;
}
