/** Messages on the disk: posted once, withdrawn perhaps, and which of them visitors are shown. */
import type { PublishedMessage } from '../../gateway/control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { MessageDocument, Severity } from './words.ts';

export interface MessageTable {
  add(message: MessageDocument): void;
  get(id: string): MessageDocument | undefined;
  /** Newest first, the withdrawn ones too. */
  list(): MessageDocument[];
  withdraw(id: string, at: string): void;
  /** The newest of each room and of the platform, newest first. */
  shown(): PublishedMessage[];
}

/** Of one room, and of all: every gateway holds them, and each waiting page shows some. */
const MOST_SHOWN = 20;
const MOST_SHOWN_OF_ALL = 500;
const MOST_LISTED = 10_000;

const TABLE = `CREATE TABLE IF NOT EXISTS messages (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  room TEXT,
  at TEXT NOT NULL,
  text TEXT NOT NULL,
  severity TEXT NOT NULL,
  posted_by TEXT NOT NULL,
  resolves INTEGER NOT NULL,
  withdrawn_at TEXT
) STRICT`;

export function createMessageTable(data: ControlData): MessageTable {
  data.define(TABLE);
  const { db } = data;
  const insert = db.prepare(
    'INSERT INTO messages (id, room, at, text, severity, posted_by, resolves) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const one = db.prepare('SELECT * FROM messages WHERE id = ?');
  const all = db.prepare('SELECT * FROM messages ORDER BY number DESC LIMIT ?');
  const withdraw = db.prepare('UPDATE messages SET withdrawn_at = ? WHERE id = ?');
  const shown = db.prepare(
    `SELECT * FROM (
       SELECT *, row_number() OVER (PARTITION BY room ORDER BY number DESC) AS place
       FROM messages WHERE withdrawn_at IS NULL
     ) WHERE place <= ? ORDER BY number DESC LIMIT ?`,
  );

  return {
    add: ({ id, room, at, text, severity, by, resolves }) =>
      void insert.run(id, room, at, text, severity, by, resolves ? 1 : 0),
    get: (id) => one.all(id).map(messageFrom)[0],
    list: () => all.all(MOST_LISTED).map(messageFrom),
    withdraw: (id, at) => void withdraw.run(at, id),
    shown: () =>
      shown
        .all(MOST_SHOWN, MOST_SHOWN_OF_ALL)
        .map(messageFrom)
        .map(({ id, room, at, text, severity }) => ({ id, room, at, text, severity })),
  };
}

function messageFrom(row: Record<string, unknown>): MessageDocument {
  const { id, room, at, text, severity, posted_by, withdrawn_at } = row as Record<string, string>;
  return {
    ...{ id: id as string, room: room ?? null, at: at as string, text: text as string },
    ...{ severity: severity as Severity, by: posted_by as string },
    ...{ resolves: row.resolves === 1, withdrawnAt: withdrawn_at ?? null },
  };
}
