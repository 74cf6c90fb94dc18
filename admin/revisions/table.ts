/** Revisions on the admin's disk: their texts never change; what became of each does. */
import type { ControlData } from '../data/words.ts';
import type { JournalEntry, Revision, RevisionState } from './words.ts';

export type NewRevision = Omit<Revision, 'state' | 'replaced' | 'rollbackOf' | 'createdAt'> &
  Partial<Pick<Revision, 'state' | 'rollbackOf'>>;

export interface RevisionTable {
  /** The highest number given so far; 0: none. */
  highest(): number;
  /** The highest that any gateway was told to run. */
  highestPublished(): number;
  add(revision: NewRevision): Revision;
  find(number: number): Revision | null;
  /** Newest first, below `before`. */
  page(before: number | null, limit: number): Omit<Revision, 'config'>[];
  setState(number: number, state: RevisionState): void;
  setReplaced(number: number, replaced: number | null): void;
  /** The revision that took `number` back; null: none did. */
  rollbackOf(number: number): Revision | null;
  note(number: number, step: string, detail: string): void;
  journal(number: number): JournalEntry[];
}

const TABLES = `
CREATE TABLE IF NOT EXISTS revisions (
  number INTEGER PRIMARY KEY,
  config TEXT NOT NULL,
  source TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  parent INTEGER,
  state TEXT NOT NULL,
  replaced INTEGER,
  rollbackOf INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS revisions_rollbackOf ON revisions (rollbackOf);
CREATE TABLE IF NOT EXISTS revision_steps (
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  at TEXT NOT NULL,
  step TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS revision_steps_revision ON revision_steps (revision)`;

const WITHOUT_TEXT = 'number, source, author, reason, createdAt, parent, state, replaced, rollbackOf';

export function createRevisionTable(data: ControlData, nowIso: () => string): RevisionTable {
  data.define(TABLES);
  const { db } = data;
  const insert = db.prepare(
    `INSERT INTO revisions (config, ${WITHOUT_TEXT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)`,
  );
  const select = db.prepare('SELECT * FROM revisions WHERE number = ?');
  const selectPage = db.prepare(
    `SELECT ${WITHOUT_TEXT} FROM revisions WHERE number < ? ORDER BY number DESC LIMIT ?`,
  );
  const selectHighest = db.prepare('SELECT coalesce(max(number), 0) AS highest FROM revisions');
  const selectPublished = db.prepare(
    "SELECT coalesce(max(number), 0) AS highest FROM revisions WHERE state NOT IN ('created', 'noted')",
  );
  const selectRollback = db.prepare(
    'SELECT * FROM revisions WHERE rollbackOf = ? ORDER BY number DESC LIMIT 1',
  );
  const updateState = db.prepare('UPDATE revisions SET state = ? WHERE number = ?');
  const updateReplaced = db.prepare('UPDATE revisions SET replaced = ? WHERE number = ?');
  const insertStep = db.prepare(
    'INSERT INTO revision_steps (revision, at, step, detail) VALUES (?, ?, ?, ?)',
  );
  const selectSteps = db.prepare(
    'SELECT at, step, detail FROM revision_steps WHERE revision = ? ORDER BY id LIMIT 200',
  );

  const find = (number: number) => readRevision(select.get(number));
  return {
    highest: () => (selectHighest.get() as { highest: number }).highest,
    highestPublished: () => (selectPublished.get() as { highest: number }).highest,
    add({ number, config, source, author, reason, parent, state = 'created', rollbackOf = null }) {
      insert.run(config, number, source, author, reason, nowIso(), parent, state, rollbackOf);
      return find(number) as Revision;
    },
    find,
    page: (before, limit) =>
      selectPage
        .all(before ?? Number.MAX_SAFE_INTEGER, limit)
        .map((row) => ({ ...row }) as unknown as Omit<Revision, 'config'>),
    setState: (number, state) => void updateState.run(state, number),
    setReplaced: (number, replaced) => void updateReplaced.run(replaced, number),
    rollbackOf: (number) => readRevision(selectRollback.get(number)),
    note: (number, step, detail) => void insertStep.run(number, nowIso(), step, detail),
    journal: (number) => selectSteps.all(number).map((row) => ({ ...row }) as unknown as JournalEntry),
  };
}

function readRevision(row: unknown): Revision | null {
  return row === undefined ? null : { ...(row as Revision) };
}
