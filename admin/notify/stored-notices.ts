/** Keeps undelivered notices on the disk, so that a restart loses none; changes of one turn are one write. */
import type { ControlData } from '../data/words.ts';
import type { AdminLog } from '../log.ts';
import type { Notice, Waiting } from './words.ts';

export const NOTIFY_TABLES = `
  CREATE TABLE IF NOT EXISTS webhook_queue (
    webhook TEXT NOT NULL,
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    tries INTEGER NOT NULL,
    notice TEXT NOT NULL,
    PRIMARY KEY (webhook, id)
  ) WITHOUT ROWID;
`;

type Stored = Pick<Waiting, 'webhook' | 'notice' | 'tries'>;

export interface StoredNotices {
  /** What an earlier process left, oldest first. */
  read(): Stored[];
  keep(waiting: Stored): void;
  forget(waiting: Stored): void;
  /** Writes what is not written yet. */
  flush(): void;
}

export function createStoredNotices(data: ControlData, log: AdminLog): StoredNotices {
  data.define(NOTIFY_TABLES);
  const changed = new Map<string, { waiting: Stored; isGone: boolean }>();
  let scheduled: NodeJS.Immediate | null = null;

  const flush = () => {
    if (scheduled !== null) clearImmediate(scheduled);
    scheduled = null;
    if (changed.size === 0) return;
    try {
      data.transaction(() => write(data, [...changed.values()]));
      changed.clear();
    } catch (error) {
      // They are in memory still, and are written with the next change.
      log.say('warn', { error: String(error) }, 'undelivered notices are not on the disk');
    }
  };
  // Outside of the transaction in which the event was told.
  const note = (waiting: Stored, isGone: boolean) => {
    changed.set(`${waiting.webhook}\n${waiting.notice.id}`, { waiting, isGone });
    scheduled ??= setImmediate(flush);
  };

  return {
    read: () => read(data),
    keep: (waiting) => note(waiting, false),
    forget: (waiting) => note(waiting, true),
    flush,
  };
}

function read({ db }: ControlData): Stored[] {
  const rows = db.prepare('SELECT webhook, tries, notice FROM webhook_queue ORDER BY at').all();
  return rows.map((row) => ({
    webhook: String(row.webhook),
    tries: Number(row.tries),
    notice: JSON.parse(String(row.notice)) as Notice,
  }));
}

function write({ db }: ControlData, changes: { waiting: Stored; isGone: boolean }[]): void {
  const keep = db.prepare(
    'INSERT OR REPLACE INTO webhook_queue (webhook, id, at, tries, notice) VALUES (?, ?, ?, ?, ?)',
  );
  const forget = db.prepare('DELETE FROM webhook_queue WHERE webhook = ? AND id = ?');
  for (const { waiting, isGone } of changes) {
    const { webhook, notice, tries } = waiting;
    if (isGone) forget.run(webhook, notice.id);
    else keep.run(webhook, notice.id, notice.at, tries, JSON.stringify(notice));
  }
}
