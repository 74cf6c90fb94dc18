/** What the parts of the admin process know of each other. Types only. */
import type { Document } from 'yaml';
import type { Settings } from '../../config/settings.ts';
import type {
  CommandAnswer,
  CommandTarget,
  CommandWords,
  HeardReport,
  Pin,
  Published,
  RevisionText,
  Staged,
} from '../../gateway/control/words.ts';
import type { Actor } from '../words.ts';

/** The gateways as the admin sees them. */
export interface Fleet {
  /** Heard of within 5 s, by id. */
  gateways(): readonly HeardReport[];
  /** Heard of once, and silent for longer than that without having said goodbye. */
  silent(): readonly HeardReport[];
  /** Called after each reading of the reports, twice a second. */
  onRound(listener: () => void): void;
  /** Publishes a command; by gateway what it answered, or null where it said nothing in time (5 s by default). */
  command(
    words: CommandWords,
    to: CommandTarget,
    withinMs?: number,
  ): Promise<Map<string, CommandAnswer | null>>;
}

/** The configuration that the admin stands for. */
export interface ActiveConfig {
  active(): RevisionText;
  staged(): Staged | null;
  pins(): readonly Pin[];
  /** Of the active revision with the pins. */
  settings(): Settings;
  published(): Published;
  /** Called after each change of the above. */
  onChange(listener: () => void): void;
}

/** Makes and activates revisions for other parts: a room's limits, a mode. */
export interface ConfigChanges {
  /**
   * Changes the active configuration's document, makes it a revision and activates it at once on all gateways.
   * Throws AdminError: HG_REVISION_INVALID with every fault, HG_ACTIVATION_RUNNING while another one is staged.
   */
  amend(actor: Actor, reason: string, change: (document: Document) => void): Promise<{ number: number }>;
}

/** One entry of the audit log. */
export interface AuditEntry {
  /** Position, from 1. */
  seq: number;
  /** ISO 8601. */
  at: string;
  actor: string;
  /** `room.pause`, `revision.activate`, `pin.create`, `finding.opened`, … */
  action: string;
  /** What was acted on: a room, a revision, … */
  subject: string;
  reason: string | null;
  before: unknown;
  after: unknown;
  /** Hex SHA-256 over the entry before and this one. */
  hash: string;
}

export interface AuditLog {
  /** Within the transaction of the change itself: both are on the disk, or none. */
  append(entry: Pick<AuditEntry, 'actor' | 'action' | 'subject' | 'reason' | 'before' | 'after'>): AuditEntry;
  onAppend(listener: (entry: AuditEntry) => void): void;
}

/** Live state for whoever listens (server-sent events, webhooks): `finding`, `drift`, `decision`, `room`, `revision`, … */
export interface EventHub {
  emit(event: AdminEvent): void;
  on(listener: (event: AdminEvent) => void): void;
}

export interface AdminEvent {
  kind:
    | 'finding'
    | 'drift'
    | 'engage'
    | 'disengage'
    | 'reminder'
    | 'revision'
    | 'decision'
    | 'room'
    | 'message';
  /** Whose organisers may see it; null: nobody's but operators'. */
  room: string | null;
  /** A sentence for people. */
  summary: string;
  severity: 'critical' | 'warning' | 'info';
  data: unknown;
}
