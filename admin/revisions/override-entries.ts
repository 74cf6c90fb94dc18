/** Overrides that operators set on gateways become entries among the revisions, so that the history is whole. */
import type { HeardReport } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { ControlData } from '../data/words.ts';
import type { Book } from './book.ts';

export interface OverrideEntries {
  round(live: readonly HeardReport[]): void;
}

const TABLE = `CREATE TABLE IF NOT EXISTS overrides_seen (
  key TEXT PRIMARY KEY,
  until TEXT NOT NULL
) STRICT`;

type Override = HeardReport['report']['overrides'][number];

/** All processes of one data folder report the same override: its room, action and time make it one. */
export function createOverrideEntries(
  data: ControlData,
  book: Book,
  publisher: Publisher,
  clock: { wallMs(): number },
): OverrideEntries {
  data.define(TABLE);
  const insert = data.db.prepare('INSERT OR IGNORE INTO overrides_seen (key, until) VALUES (?, ?)');
  const prune = data.db.prepare('DELETE FROM overrides_seen WHERE until < ?');
  const known = new Set(
    data.db
      .prepare('SELECT key FROM overrides_seen')
      .all()
      .map((row) => String(row.key)),
  );

  const note = (override: Override, host: string, key: string) =>
    data.transaction(() => {
      prune.run(new Date(clock.wallMs() - 86_400_000).toISOString());
      insert.run(key, override.until);
      const { active } = publisher.current();
      book.create({
        config: active.config,
        source: 'override',
        author: `command line on ${host}`,
        reason: `${wordsOf(override)}: ${override.reason}`,
        parent: active.number,
        state: 'noted',
      });
    });

  return {
    round(live) {
      for (const { report } of live)
        for (const override of report.overrides) {
          const key = [override.room, override.action, override.limit, override.since].join(' ');
          if (known.has(key)) continue;
          note(override, report.host, key);
          known.add(key);
        }
    },
  };
}

function wordsOf({ room, action, limit, until }: Override): string {
  return `override ${room} ${action}${limit === null ? '' : ` ${limit}`} until ${until}`;
}
