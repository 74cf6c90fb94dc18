/** Automatic decisions on the admin's disk: the last 50,000, and how far each gateway's have been read. */
import type { DatabaseSync } from 'node:sqlite';
import type { ControlData } from '../data/words.ts';
import { encodeCursor, type PageAnswer } from '../http/pagination.ts';
import type { KeptDecision, Source, Unsaved } from './words.ts';

export const MOST_DECISIONS = 50_000;

export const DECISION_TABLES = `
  CREATE TABLE IF NOT EXISTS decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    room TEXT,
    signal TEXT,
    value REAL,
    most REAL,
    mode TEXT NOT NULL,
    sentence TEXT NOT NULL,
    gateways TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS decisions_by_room ON decisions (room, id);
  CREATE INDEX IF NOT EXISTS decisions_by_time ON decisions (at);
  CREATE TABLE IF NOT EXISTS decision_sources (
    gateway TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

export interface DecisionsAsked {
  room?: string | undefined;
  kind?: string | undefined;
  /** ISO 8601 in UTC, both inclusive. */
  from?: string | undefined;
  to?: string | undefined;
  /** Below this id. */
  before?: number | null;
  /** Null: of all rooms and of none. */
  rooms?: readonly string[] | null;
}

/** Within a change of the data. */
export function writeDecision({ db }: ControlData, decision: Unsaved): void {
  const gateways = JSON.stringify(decision.gateways);
  if (decision.id !== null) {
    db.prepare('UPDATE decisions SET gateways = ? WHERE id = ?').run(gateways, decision.id);
    return;
  }
  const { at, kind, room, signal, value, limit, mode, sentence } = decision;
  const { lastInsertRowid } = db
    .prepare(
      'INSERT INTO decisions (at, kind, room, signal, value, most, mode, sentence, gateways) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(at, kind, room, signal, value, limit, mode, sentence, gateways);
  decision.id = Number(lastInsertRowid);
  db.prepare('DELETE FROM decisions WHERE id <= ?').run(decision.id - MOST_DECISIONS);
}

export function writeSources({ db }: ControlData, sources: Iterable<Source>): void {
  const write = db.prepare(
    'INSERT OR REPLACE INTO decision_sources (gateway, started_at, seq) VALUES (?, ?, ?)',
  );
  for (const { gateway, startedAt, seq } of sources) write.run(gateway, startedAt, seq);
}

export function readSources({ db }: ControlData): Map<string, Source> {
  const rows = db.prepare('SELECT gateway, started_at AS startedAt, seq FROM decision_sources').all();
  return new Map(rows.map((row) => [String(row.gateway), { ...row } as unknown as Source]));
}

/** Newest first. */
export function listDecisions(db: DatabaseSync, asked: DecisionsAsked, limit: number): KeptDecision[] {
  const rows = db
    .prepare(
      `SELECT id, at, kind, room, signal, value, most AS "limit", mode, sentence, gateways FROM decisions
       WHERE ($before IS NULL OR id < $before) AND ($room IS NULL OR room = $room) AND ($kind IS NULL OR kind = $kind)
         AND ($from IS NULL OR at >= $from) AND ($to IS NULL OR at <= $to)
         AND ($rooms IS NULL OR room IN (SELECT value FROM json_each($rooms)))
       ORDER BY id DESC LIMIT $limit`,
    )
    .all({
      $before: asked.before ?? null,
      $room: asked.room ?? null,
      $kind: asked.kind ?? null,
      $from: asked.from ?? null,
      $to: asked.to ?? null,
      $rooms: asked.rooms == null ? null : JSON.stringify(asked.rooms),
      $limit: limit,
    });
  return rows.map(
    (row) => ({ ...row, gateways: JSON.parse(String(row.gateways)) }) as unknown as KeptDecision,
  );
}

export function pageOfDecisions(
  db: DatabaseSync,
  asked: DecisionsAsked,
  limit: number,
): PageAnswer<KeptDecision> {
  const rows = listDecisions(db, asked, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor([last.id]) : null };
}
