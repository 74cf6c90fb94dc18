/** What happened between two times, in order: from the audit log, the decisions, and what was seen. Reads a database that others may write. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredEntry } from '../audit-log/chain.ts';
import { listDecisions } from '../decisions/table.ts';
import type { Entry, EntryKind, Span } from './words.ts';

export const MOST_ENTRIES = 20_000;

/** Told by tables of their own, with more words. */
const TOLD_ELSEWHERE = ['decision.', 'finding.', 'drift.', 'incident.reminder'];

export function readEntries(db: DatabaseSync, span: Span): Entry[] {
  const entries = [...auditEntries(db, span), ...decisionEntries(db, span), ...seenEntries(db, span)];
  return entries
    .filter((entry) => isWanted(entry, span))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : (a.auditSeq ?? 0) - (b.auditSeq ?? 0)));
}

/** The whole platform's entries belong to each room's story, but not to an organiser's eyes. */
function isWanted({ room, kind }: Entry, span: Span): boolean {
  if (span.rooms !== null && (room === null || !span.rooms.includes(room))) return false;
  if (span.room === null) return true;
  return room === span.room || (room === null && kind !== 'finding');
}

export function hasTable(db: DatabaseSync, name: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined;
}

function auditEntries(db: DatabaseSync, { fromMs, toMs }: Span): Entry[] {
  if (!hasTable(db, 'audit_log')) return [];
  const rows = db
    .prepare(
      `SELECT seq, at, actor, action, subject, reason, before, after FROM audit_log
       WHERE at >= ? AND at <= ? ORDER BY seq DESC LIMIT ?`,
    )
    .all(iso(fromMs), iso(toMs), MOST_ENTRIES) as unknown as StoredEntry[];
  return rows
    .filter(({ action }) => !TOLD_ELSEWHERE.some((prefix) => action.startsWith(prefix)))
    .map(asEntry);
}

/** Whose subject is a room, or this where all are meant. */
const OF_ROOMS = /^(room|message|incident)\./;
const EVERYBODY = 'the platform';

function asEntry(row: StoredEntry): Entry {
  const { seq, at, actor, action, subject, reason } = row;
  const [before, after] = [asObject(row.before), asObject(row.after)];
  const isOfRoom = OF_ROOMS.test(action) && subject !== EVERYBODY;
  return {
    ...{ at, action, by: actor, reason, auditSeq: seq },
    kind: action.startsWith('message.') ? 'message' : 'change',
    room: isOfRoom ? subject : textOf(after.room),
    severity: action.endsWith('.failed') ? 'warning' : severityOf(after.severity),
    summary: summaryOf(action, subject, before, after),
  };
}

function summaryOf(
  action: string,
  subject: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): string {
  if (action === 'message.post') return textOf(after.text) ?? action;
  if (action === 'message.withdraw') return `withdrawn: ${textOf(before.text) ?? subject}`;
  const change = describeChange(before, after);
  return `${subject}: ${action.slice(action.indexOf('.') + 1)}${change && ` (${change})`}`;
}

function severityOf(said: unknown): Entry['severity'] {
  return said === 'critical' || said === 'warning' ? said : 'info';
}

/** Told already, or of no use to a reader. */
const SAID = new Set(['id', 'at', 'by', 'reason', 'name', 'path', 'createdAt', 'createdBy', 'lastUsedAt']);
const MOST_VALUES = 6;

/** `sessions 500 → 300`: the plain values that differ, a few of them. */
function describeChange(before: Record<string, unknown>, after: Record<string, unknown>): string {
  const differing = Object.keys(after).filter(
    (key) => !SAID.has(key) && isShort(after[key]) && (before[key] ?? null) !== after[key],
  );
  return differing
    .slice(0, MOST_VALUES)
    .map(
      (key) =>
        `${key} ${isShort(before[key]) && before[key] !== null ? `${before[key]} → ` : ''}${after[key]}`,
    )
    .join(', ');
}

const MOST_VALUE_CHARACTERS = 80;

function isShort(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MOST_VALUE_CHARACTERS && !value.includes('\n');
  return typeof value === 'number' || typeof value === 'boolean' || value === null;
}

function decisionEntries(db: DatabaseSync, { fromMs, toMs }: Span): Entry[] {
  if (!hasTable(db, 'decisions')) return [];
  return listDecisions(db, { from: iso(fromMs), to: iso(toMs) }, MOST_ENTRIES).map((decision) => ({
    ...{ at: decision.at, kind: 'decision', action: `decision.${decision.kind}`, room: decision.room },
    ...{ severity: decision.kind === 'store-lost' ? 'critical' : 'info', by: 'headgate', auditSeq: null },
    reason: null,
    summary: `${decision.sentence}${decision.mode === 'act' ? '' : ' (observed only)'} [${decision.gateways.join(', ')}]`,
  }));
}

interface SeenRow {
  atMs: number;
  kind: EntryKind;
  room: string | null;
  severity: Entry['severity'];
  summary: string;
}

function seenEntries(db: DatabaseSync, { fromMs, toMs }: Span): Entry[] {
  if (!hasTable(db, 'timeline_events')) return [];
  const rows = db
    .prepare(
      `SELECT atMs, kind, room, severity, summary FROM timeline_events
       WHERE atMs >= ? AND atMs <= ? ORDER BY id DESC LIMIT ?`,
    )
    .all(fromMs, toMs, MOST_ENTRIES) as unknown as SeenRow[];
  return rows.map(({ atMs, kind, room, severity, summary }) => ({
    ...{ at: iso(atMs), kind, action: kind, room, severity, summary: without(`${kind}: `, summary) },
    ...{ by: null, reason: null, auditSeq: null },
  }));
}

function without(prefix: string, text: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function asObject(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
