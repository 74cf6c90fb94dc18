/** The timeline's own tables: figures of each minute, what was seen to happen, and how things stand; kept for two weeks. */
import type { AdminEvent } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { Minute, StateNow } from './words.ts';

const DAY_MS = 86_400_000;
export const KEPT_MS = 14 * DAY_MS;
const MOST_EVENTS = 50_000;

export const TIMELINE_TABLES = `
  CREATE TABLE IF NOT EXISTS timeline_minutes (
    atMs INTEGER PRIMARY KEY,
    requests INTEGER NOT NULL,
    forwarded INTEGER NOT NULL,
    failedShare REAL,
    unqueuedShare REAL,
    findingsOpen INTEGER NOT NULL,
    driftOpen INTEGER NOT NULL,
    gateways INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS timeline_rooms (
    atMs INTEGER NOT NULL,
    room TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    callsPerMinute REAL,
    admissions INTEGER,
    PRIMARY KEY (atMs, room)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS timeline_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    atMs INTEGER NOT NULL,
    kind TEXT NOT NULL,
    room TEXT,
    severity TEXT NOT NULL,
    summary TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS timeline_events_by_time ON timeline_events (atMs);
  CREATE TABLE IF NOT EXISTS timeline_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    state TEXT NOT NULL
  ) STRICT;
`;

export function writeMinute({ db }: ControlData, minute: Minute): void {
  const atMs = Date.parse(minute.at);
  db.prepare('INSERT OR REPLACE INTO timeline_minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
    ...[atMs, minute.requests, minute.forwarded, minute.failedShare, minute.unqueuedShare],
    ...[minute.findingsOpen, minute.driftOpen, minute.gateways],
  );
  const insert = db.prepare('INSERT OR REPLACE INTO timeline_rooms VALUES (?, ?, ?, ?, ?, ?)');
  for (const { room, waiting, sessions, callsPerMinute, admissions } of minute.rooms)
    insert.run(atMs, room, waiting, sessions, callsPerMinute, admissions);
}

export function writeEvent({ db }: ControlData, atMs: number, event: AdminEvent): void {
  const { kind, room, severity, summary } = event;
  db.prepare('INSERT INTO timeline_events (atMs, kind, room, severity, summary) VALUES (?, ?, ?, ?, ?)').run(
    atMs,
    kind,
    room,
    severity,
    summary,
  );
}

export function writeState({ db }: ControlData, state: StateNow): void {
  db.prepare('INSERT OR REPLACE INTO timeline_state (only, state) VALUES (1, ?)').run(JSON.stringify(state));
}

export function dropOld({ db }: ControlData, nowMs: number): void {
  const before = nowMs - KEPT_MS;
  db.prepare('DELETE FROM timeline_minutes WHERE atMs < ?').run(before);
  db.prepare('DELETE FROM timeline_rooms WHERE atMs < ?').run(before);
  db.prepare('DELETE FROM timeline_events WHERE atMs < ?').run(before);
  db.prepare('DELETE FROM timeline_events WHERE id <= (SELECT max(id) FROM timeline_events) - ?').run(
    MOST_EVENTS,
  );
}
