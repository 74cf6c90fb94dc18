/** The audit log: who did what, and why. Entries are added, never changed, and each is bound to the one before. */
import type { Clock } from '../../gateway/clock.ts';
import type { AuditEntry, AuditLog } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { decodeCursor, encodeCursor, type PageAnswer } from '../http/pagination.ts';
import type { AdminLog } from '../log.ts';
import { canonicalJson } from './canonical-json.ts';
import { GENESIS, hashOf, type StoredEntry } from './chain.ts';
import { type Head, keepHead } from './head.ts';
import { redacted, redactedText } from './redact.ts';

export interface AuditPage {
  limit: number;
  cursor?: string | undefined;
  subject?: string | undefined;
  action?: string | undefined;
  /** ISO 8601; both inclusive. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface AuditBook extends AuditLog {
  /** Newest first. */
  list(page: AuditPage): PageAnswer<AuditEntry>;
  count(): number;
  /** Writes down where the log ends. */
  close(): void;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS audit_log (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS audit_log_by_subject ON audit_log (subject, seq);
  CREATE TRIGGER IF NOT EXISTS audit_log_is_not_changed BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS audit_log_is_not_cut BEFORE DELETE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`;

type NewEntry = Parameters<AuditLog['append']>[0];

export function createAuditLog(
  data: ControlData,
  clock: Pick<Clock, 'wallMs'>,
  log: AdminLog = { say: () => {} },
): AuditBook {
  data.define(TABLE);
  const { db } = data;
  const lastRow = db.prepare('SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1');
  const hashAt = db.prepare('SELECT hash FROM audit_log WHERE seq = ?');
  const insert = db.prepare('INSERT INTO audit_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const listeners: ((entry: AuditEntry) => void)[] = [];

  const last = (): Head => {
    const row = lastRow.get() as { seq: number; hash: string } | undefined;
    return { count: row?.seq ?? 0, hash: row?.hash ?? GENESIS };
  };
  const head = keepHead({
    file: db.location(),
    last,
    hashAt: (seq) => (hashAt.get(seq) as { hash: string } | undefined)?.hash ?? null,
    wallMs: clock.wallMs,
    log,
  });

  const write = (entry: NewEntry): AuditEntry => {
    const before = last();
    const stored: StoredEntry = {
      seq: before.count + 1,
      at: new Date(clock.wallMs()).toISOString(),
      ...inPlainWords(entry),
    };
    const hash = hashOf(before.hash, stored);
    const { seq, at, actor, action, subject, reason } = stored;
    insert.run(seq, at, actor, action, subject, reason, stored.before, stored.after, hash);
    return asEntry({ ...stored, hash });
  };

  const tell = (entry: AuditEntry) => {
    head.moved();
    for (const listener of listeners) {
      try {
        listener(entry);
      } catch (error) {
        log.say('error', { error: String(error) }, 'a listener to the audit log failed');
      }
    }
  };

  return {
    append: (entry) =>
      data.transaction(() => {
        const written = write(entry);
        data.afterCommit(() => tell(written));
        return written;
      }),
    onAppend: (listener) => void listeners.push(listener),
    list: (page) => listPage(data, page),
    count: () => last().count,
    close: head.close,
  };
}

/** Half a character would come back from the disk as another one, and break the chain. */
function inPlainWords(entry: NewEntry): Omit<StoredEntry, 'seq' | 'at'> {
  return {
    actor: entry.actor.toWellFormed(),
    action: entry.action.toWellFormed(),
    subject: redactedText(entry.subject).toWellFormed(),
    reason: entry.reason === null ? null : redactedText(entry.reason).toWellFormed(),
    before: canonicalJson(redacted(entry.before)),
    after: canonicalJson(redacted(entry.after)),
  };
}

function asEntry(row: StoredEntry & { hash: string }): AuditEntry {
  return { ...row, before: JSON.parse(row.before), after: JSON.parse(row.after) };
}

function listPage({ db }: ControlData, page: AuditPage): PageAnswer<AuditEntry> {
  const beforeSeq = page.cursor === undefined ? null : decodeCursor(page.cursor, ['number'])[0];
  const rows = db
    .prepare(
      `SELECT * FROM audit_log
       WHERE ($before IS NULL OR seq < $before) AND ($subject IS NULL OR subject = $subject)
         AND ($action IS NULL OR action = $action) AND ($from IS NULL OR at >= $from) AND ($to IS NULL OR at <= $to)
       ORDER BY seq DESC LIMIT $limit`,
    )
    .all({
      $before: beforeSeq,
      $subject: page.subject ?? null,
      $action: page.action ?? null,
      $from: inUtc(page.from),
      $to: inUtc(page.to),
      $limit: page.limit + 1,
    }) as unknown as (StoredEntry & { hash: string })[];
  const items = rows.slice(0, page.limit).map((row) => asEntry({ ...row }));
  const oldest = items.at(-1);
  return { items, next: rows.length > page.limit && oldest ? encodeCursor([oldest.seq]) : null };
}

/** As entries are written, so that texts compare as times do. */
function inUtc(time: string | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
