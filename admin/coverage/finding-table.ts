/** Findings on the admin's disk: the open ones, and 10,000 that are resolved. */
import type { DatabaseSync } from 'node:sqlite';
import type { Evidence, Finding, FindingKind, ProposedRule, Severity } from '../../gateway/audit/words.ts';
import type { ControlData } from '../data/words.ts';

export const MOST_FINDINGS = 10_000;

export const FINDING_TABLE = `
  CREATE TABLE IF NOT EXISTS findings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    summary TEXT NOT NULL,
    evidence TEXT NOT NULL,
    room TEXT,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    resolved_at TEXT,
    proposed_rule TEXT
  );
  CREATE INDEX IF NOT EXISTS findings_by_state ON findings (resolved_at, seq);
`;

interface Row {
  seq: number;
  id: string;
  key: string;
  kind: string;
  severity: string;
  summary: string;
  evidence: string;
  room: string | null;
  first_seen: string;
  last_seen: string;
  resolved_at: string | null;
  proposed_rule: string | null;
}

export interface FindingsAsked {
  /** Undefined: open and resolved ones. */
  open: boolean | undefined;
  /** Below this place; null: the newest. */
  before: number | null;
  /** Null: of all rooms and of none. */
  rooms: readonly string[] | null;
}

/** Within a change of the data: as it stands now, new or known. */
export function writeFinding({ db }: ControlData, finding: Finding): void {
  const { id, key, kind, severity, summary, room, firstSeen, lastSeen, resolvedAt } = finding;
  const texts = [
    JSON.stringify(finding.evidence),
    finding.proposedRule && JSON.stringify(finding.proposedRule),
  ];
  const [evidence = '', proposed = null] = texts;
  db.prepare(
    `INSERT INTO findings
       (id, key, kind, severity, summary, evidence, room, first_seen, last_seen, resolved_at, proposed_rule)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, severity = excluded.severity, summary = excluded.summary,
       evidence = excluded.evidence, room = excluded.room, last_seen = excluded.last_seen,
       resolved_at = excluded.resolved_at, proposed_rule = excluded.proposed_rule`,
  ).run(id, key, kind, severity, summary, evidence, room, firstSeen, lastSeen, resolvedAt, proposed);
}

/** Forgets the oldest resolved ones beyond what is kept. */
export function pruneFindings({ db }: ControlData): void {
  db.prepare(
    'DELETE FROM findings WHERE resolved_at IS NOT NULL AND seq <= (SELECT max(seq) FROM findings) - ?',
  ).run(MOST_FINDINGS);
}

export function readOpenFindings({ db }: ControlData): Finding[] {
  const rows = db.prepare('SELECT * FROM findings WHERE resolved_at IS NULL ORDER BY seq').all();
  return (rows as unknown as Row[]).map(asFinding);
}

/** Newest first, one more than the limit where there are more. */
export function listFindings(
  db: DatabaseSync,
  asked: FindingsAsked,
  most: number,
): (Finding & { seq: number })[] {
  const state = asked.open === undefined ? null : Number(asked.open);
  const rows = db
    .prepare(
      `SELECT * FROM findings
       WHERE ($before IS NULL OR seq < $before) AND ($open IS NULL OR (resolved_at IS NULL) = $open)
         AND ($rooms IS NULL OR room IN (SELECT value FROM json_each($rooms)))
       ORDER BY seq DESC LIMIT $most`,
    )
    .all({
      $before: asked.before,
      $open: state,
      $rooms: asked.rooms === null ? null : JSON.stringify(asked.rooms),
      $most: most,
    });
  return (rows as unknown as Row[]).map((row) => ({ ...asFinding(row), seq: row.seq }));
}

function asFinding(row: Row): Finding {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind as FindingKind,
    severity: row.severity as Severity,
    summary: row.summary,
    evidence: JSON.parse(row.evidence) as Evidence,
    room: row.room,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    resolvedAt: row.resolved_at,
    proposedRule: row.proposed_rule === null ? null : (JSON.parse(row.proposed_rule) as ProposedRule),
  };
}
