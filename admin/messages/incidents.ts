/** Incidents: of a room or of the platform, open while a grave message stands or an operator keeps the room closed; one a place at a time. */
import type { ControlData } from '../data/words.ts';
import type { IncidentDocument } from './words.ts';

/** Why it is open. */
export type Cause = 'byMessage' | 'byOperator';

export interface Incidents {
  /** `room` null: the platform's. */
  open(room: string | null): IncidentDocument | undefined;
  allOpen(): IncidentDocument[];
  /** Newest first. */
  list(): IncidentDocument[];
  /** Opens one, or adds the cause to the one that is open. */
  begin(room: string | null, cause: Cause, at: string): void;
  /** Takes the cause away; true: none is left, and the incident is over with it. */
  end(room: string | null, cause: Cause, at: string): boolean;
  /** Visitors were told something: of the platform's messages everybody reads. */
  told(room: string | null, at: string): void;
  reminded(id: number, at: string): void;
}

const MOST_LISTED = 1_000;
const COLUMN = { byMessage: 'by_message', byOperator: 'by_operator' } as const;

const TABLE = `CREATE TABLE IF NOT EXISTS incidents (
  id INTEGER PRIMARY KEY,
  room TEXT,
  opened_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  reminded_at TEXT,
  resolved_at TEXT,
  by_message INTEGER NOT NULL DEFAULT 0,
  by_operator INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS incidents_open ON incidents (ifnull(room, '')) WHERE resolved_at IS NULL`;

export function createIncidents(data: ControlData): Incidents {
  data.define(TABLE);
  const { db } = data;
  const openOne = db.prepare('SELECT * FROM incidents WHERE resolved_at IS NULL AND room IS ?');
  const openAll = db.prepare('SELECT * FROM incidents WHERE resolved_at IS NULL ORDER BY id');
  const all = db.prepare('SELECT * FROM incidents ORDER BY id DESC LIMIT ?');
  const insert = db.prepare('INSERT INTO incidents (room, opened_at, updated_at) VALUES (?, ?, ?)');
  const resolve = db.prepare('UPDATE incidents SET resolved_at = ? WHERE id = ?');
  const tellAll = db.prepare('UPDATE incidents SET updated_at = ? WHERE resolved_at IS NULL');
  const tellOne = db.prepare('UPDATE incidents SET updated_at = ? WHERE resolved_at IS NULL AND room = ?');
  const remind = db.prepare('UPDATE incidents SET reminded_at = ? WHERE id = ?');
  const causes = {
    byMessage: db.prepare(`UPDATE incidents SET ${COLUMN.byMessage} = ? WHERE id = ?`),
    byOperator: db.prepare(`UPDATE incidents SET ${COLUMN.byOperator} = ? WHERE id = ?`),
  };

  const open = (room: string | null) => openOne.all(room).map(incidentFrom)[0];
  return {
    open,
    allOpen: () => openAll.all().map(incidentFrom),
    list: () => all.all(MOST_LISTED).map(incidentFrom),
    begin(room, cause, at) {
      if (!open(room)) insert.run(room, at, at);
      causes[cause].run(1, (open(room) as IncidentDocument).id);
    },
    end(room, cause, at) {
      const incident = open(room);
      if (!incident?.[cause]) return false;
      causes[cause].run(0, incident.id);
      const other = cause === 'byMessage' ? incident.byOperator : incident.byMessage;
      if (other) return false;
      resolve.run(at, incident.id);
      return true;
    },
    told: (room, at) => void (room === null ? tellAll.run(at) : tellOne.run(at, room)),
    reminded: (id, at) => void remind.run(at, id),
  };
}

function incidentFrom(row: Record<string, unknown>): IncidentDocument {
  const { room, opened_at, updated_at, reminded_at, resolved_at } = row as Record<string, string>;
  return {
    ...{ id: row.id as number, room: room ?? null },
    ...{ openedAt: opened_at as string, updatedAt: updated_at as string },
    ...{ remindedAt: reminded_at ?? null, resolvedAt: resolved_at ?? null },
    ...{ byMessage: row.by_message === 1, byOperator: row.by_operator === 1 },
  };
}
