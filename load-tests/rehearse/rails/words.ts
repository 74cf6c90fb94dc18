/** The words of the rails: what keeps a rehearsal from loading what nobody agreed to. Types only. */
import type { RehearsalTarget } from '../../../config/settings.ts';

export type NamedTarget = RehearsalTarget & { name: string };

/** `because` is a sentence that says what is right. */
export type Railed = { kind: 'allowed' } | { kind: 'refused'; because: string };

/** Load as it is planned, before anything is sent. */
export interface PlannedLoad {
  /** Requests in the busiest second: an upper estimate. */
  peakPerSecond: number;
  visitors: number;
  /** Real seconds. */
  seconds: number;
  /** Requests of all visitors together, by kind: upper estimates. */
  requests: { page: number; asset: number; form: number; poll: number };
  /** Addresses that visitors ask for, without what their queries say. */
  addresses: readonly string[];
}
