/** The words of telling others what happens. Types only. */
import type { Settings } from '../../config/settings.ts';

export type Webhook = Settings['admin']['webhooks'][number];

export type NoticeSeverity = 'critical' | 'warning' | 'info';

/** What a webhook is told, each time it is tried under the same id. */
export interface Notice {
  id: string;
  kind: string;
  /** ISO 8601. */
  at: string;
  severity: NoticeSeverity;
  room: string | null;
  summary: string;
  data: unknown;
  /** Where a person reads more; only where `admin.publicUrl` is set. */
  link?: string;
}

/** A notice that one webhook does not have yet. */
export interface Waiting {
  webhook: string;
  notice: Notice;
  /** Tries that failed. */
  tries: number;
  /** Monotonic ms of the next one. */
  dueMs: number;
}

export type PostOutcome =
  | { kind: 'delivered' }
  /** May do better later. */
  | { kind: 'retry'; why: string; afterMs: number | null }
  /** Never will: another try would be answered alike. */
  | { kind: 'refused'; why: string };

export type DeliveryOutcome = 'delivered' | 'retried' | 'failed' | 'dropped';
