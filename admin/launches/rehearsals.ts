/** What is known of rehearsals: of each launch the last one, and of which revision it was. */
import type { ControlData } from '../data/words.ts';
import type { SeenRehearsal } from './words.ts';

export interface Rehearsals {
  last(launch: string): SeenRehearsal | null;
}

/** `passedAt`: ISO 8601; null: it failed. `report`: JSON. */
const TABLE = `CREATE TABLE IF NOT EXISTS rehearsals (
  number INTEGER PRIMARY KEY,
  launch TEXT NOT NULL,
  revision INTEGER NOT NULL,
  passedAt TEXT,
  report TEXT NOT NULL
) STRICT`;

export function createRehearsals(data: ControlData): Rehearsals {
  data.define(TABLE);
  const select = data.db.prepare(
    'SELECT revision, passedAt FROM rehearsals WHERE launch = ? ORDER BY number DESC LIMIT 1',
  );
  return {
    last(launch) {
      const row = select.get(launch) as { revision: number; passedAt: string | null } | undefined;
      return row ? { revision: row.revision, passedAt: row.passedAt } : null;
    },
  };
}
