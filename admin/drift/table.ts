/** Drift on the admin's disk: since when it is seen, and when it was over. */
import type { ControlData } from '../data/words.ts';
import type { DriftItem } from './words.ts';

export interface DriftTable {
  /** By key, what is not over. */
  open(): Map<string, DriftItem>;
  add(key: string, item: DriftItem): void;
  /** Its words may have changed. */
  update(item: DriftItem): void;
  resolve(item: DriftItem, nowIso: string): void;
  /** Newest first. */
  resolved(): DriftItem[];
}

const TABLE = `
CREATE TABLE IF NOT EXISTS drift (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  item TEXT NOT NULL,
  firstSeen TEXT NOT NULL,
  resolvedAt TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS drift_open ON drift (resolvedAt, firstSeen)`;

const MOST_RESOLVED = 1_000;

export function createDriftTable(data: ControlData): DriftTable {
  data.define(TABLE);
  const { db } = data;
  const insert = db.prepare('INSERT INTO drift (id, key, item, firstSeen) VALUES (?, ?, ?, ?)');
  const update = db.prepare('UPDATE drift SET item = ?, resolvedAt = ? WHERE id = ?');
  const selectOpen = db.prepare('SELECT key, item FROM drift WHERE resolvedAt IS NULL');
  const selectResolved = db.prepare(
    'SELECT item FROM drift WHERE resolvedAt IS NOT NULL ORDER BY firstSeen DESC, id',
  );
  const prune = db.prepare(
    `DELETE FROM drift WHERE id IN
      (SELECT id FROM drift WHERE resolvedAt IS NOT NULL ORDER BY resolvedAt DESC LIMIT -1 OFFSET ${MOST_RESOLVED})`,
  );

  return {
    open: () => new Map(selectOpen.all().map(({ key, item }) => [String(key), JSON.parse(String(item))])),
    add: (key, item) => void insert.run(item.id, key, JSON.stringify(item), item.firstSeen),
    update: (item) => void update.run(JSON.stringify(item), null, item.id),
    resolve(item, nowIso) {
      update.run(JSON.stringify({ ...item, resolvedAt: nowIso }), nowIso, item.id);
      prune.run();
    },
    resolved: () => selectResolved.all().map(({ item }) => JSON.parse(String(item)) as DriftItem),
  };
}
