/** Rehearsals on the disk: who began which for what, by which configuration, and what came of it. */
import type { ControlData } from '../data/words.ts';
import type { RehearsalDocument, Report } from './words.ts';

export type RehearsalRow = Omit<RehearsalDocument, 'state'> & {
  /** Stands for revision, pins and what was staged when it began. */
  configuration: string;
  /** The configuration was another one for a while since it began. */
  isDisturbed: boolean;
  /** Why what it showed is of a part only; null: it was played whole. */
  endedEarly: string | null;
};

/** What readiness goes by. */
export interface LastRehearsal
  extends Pick<RehearsalRow, 'revision' | 'passedAt' | 'isDisturbed' | 'endedEarly'> {
  verdict: string | null;
  /** Null: not known. */
  configuration: string | null;
  /** Who came, as its report tells; null: it does not. */
  visitors: number | null;
}

export interface RehearsalTable {
  add(row: RehearsalRow, reason: string): void;
  get(id: string): RehearsalRow | undefined;
  /** Newest first. */
  list(): RehearsalRow[];
  /** Neither ended nor expired. */
  live(now: string): RehearsalRow[];
  report(id: string): Report | null;
  end(id: string, at: string): void;
  /** All that have no report yet, and began by another configuration. */
  disturb(configuration: string): void;
  keepReport(id: string, report: Report, seen: Pick<RehearsalRow, 'passedAt' | 'isDisturbed'>): void;
  /** The last one of the launch whose report came. */
  last(launch: string): LastRehearsal | null;
}

const MOST_LISTED = 1_000;
/** Reports are large. */
const REPORTS_KEPT = 50;

/** `passedAt`: ISO 8601; null: it did not pass. `report`: JSON; '': none came yet, or it is kept no more. `launch`: '' of none. */
const TABLE = `CREATE TABLE IF NOT EXISTS rehearsals (
  number INTEGER PRIMARY KEY,
  launch TEXT NOT NULL,
  revision INTEGER NOT NULL,
  passedAt TEXT,
  report TEXT NOT NULL,
  id TEXT UNIQUE,
  prefix TEXT,
  opensAt TEXT,
  startedAt TEXT,
  expiresAt TEXT,
  endedAt TEXT,
  startedBy TEXT,
  reason TEXT,
  configuration TEXT,
  disturbed INTEGER NOT NULL DEFAULT 0,
  endedEarly TEXT,
  verdict TEXT,
  visitors INTEGER
) STRICT`;

export function createRehearsalTable(data: ControlData): RehearsalTable {
  makeTable(data);
  const { db } = data;
  const insert = db.prepare(
    `INSERT INTO rehearsals (launch, revision, report, id, prefix, opensAt, startedAt, expiresAt, startedBy, reason, configuration)
     VALUES (?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const one = db.prepare('SELECT * FROM rehearsals WHERE id = ?');
  const all = db.prepare('SELECT * FROM rehearsals WHERE id IS NOT NULL ORDER BY number DESC LIMIT ?');
  const live = db.prepare('SELECT * FROM rehearsals WHERE endedAt IS NULL AND expiresAt > ? ORDER BY number');
  const end = db.prepare('UPDATE rehearsals SET endedAt = ? WHERE id = ?');
  const disturb = db.prepare(
    'UPDATE rehearsals SET disturbed = 1 WHERE verdict IS NULL AND configuration <> ?',
  );
  const keep = db.prepare(
    'UPDATE rehearsals SET report = ?, verdict = ?, endedEarly = ?, passedAt = ?, disturbed = ?, visitors = ? WHERE id = ?',
  );
  const thin = db.prepare(
    `UPDATE rehearsals SET report = '' WHERE report <> ''
     AND number NOT IN (SELECT number FROM rehearsals WHERE report <> '' ORDER BY number DESC LIMIT ${REPORTS_KEPT})`,
  );
  const last = db.prepare(
    "SELECT * FROM rehearsals WHERE launch = ? AND (verdict IS NOT NULL OR report <> '') ORDER BY number DESC LIMIT 1",
  );
  return {
    add: ({ launch, revision, id, prefix, opensAt, startedAt, expiresAt, by, configuration }, reason) =>
      void insert.run(
        launch ?? '',
        revision,
        id,
        prefix,
        opensAt,
        startedAt,
        expiresAt,
        by,
        reason,
        configuration,
      ),
    get: (id) => (one.all(id) as Stored[]).map(rowFrom)[0],
    list: () => (all.all(MOST_LISTED) as Stored[]).map(rowFrom),
    live: (now) => (live.all(now) as Stored[]).map(rowFrom),
    report(id) {
      const row = one.get(id) as { report: string } | undefined;
      return row === undefined || row.report === '' ? null : (JSON.parse(row.report) as Report);
    },
    end: (id, at) => void end.run(at, id),
    disturb: (configuration) => void disturb.run(configuration),
    keepReport(id, report, { passedAt, isDisturbed }) {
      const { verdict, endedEarly = null } = report;
      keep.run(
        JSON.stringify(report),
        verdict,
        endedEarly,
        passedAt,
        isDisturbed ? 1 : 0,
        visitorsOf(report),
        id,
      );
      thin.run();
    },
    last: (launch) => (last.all(launch) as Stored[]).map(lastFrom)[0] ?? null,
  };
}

/** Earlier versions made a smaller one, and wrote nothing to it. */
function makeTable(data: ControlData): void {
  data.define(TABLE);
  const columns = data.db.prepare('PRAGMA table_info(rehearsals)').all() as { name: string }[];
  if (!columns.some(({ name }) => name === 'verdict')) data.define(`DROP TABLE rehearsals; ${TABLE}`);
  else if (!columns.some(({ name }) => name === 'visitors'))
    data.define('ALTER TABLE rehearsals ADD COLUMN visitors INTEGER');
}

/** As `headgate rehearse` counts them; null where it says nothing that could be a count. */
function visitorsOf({ figures }: Report): number | null {
  const came = figures?.['visitors.came'];
  return typeof came === 'number' && came >= 0 ? Math.floor(came) : null;
}

type Stored = Record<string, string | number | null>;

function rowFrom(row: Stored): RehearsalRow {
  const { launch, startedBy, id, prefix, opensAt, startedAt, expiresAt, endedAt } = row;
  const own = { id, prefix, opensAt, startedAt, expiresAt, endedAt, by: startedBy };
  return { ...lastFrom(row), ...own, launch: launch === '' ? null : launch } as RehearsalRow;
}

function lastFrom(row: Stored): LastRehearsal {
  const { revision, passedAt, disturbed, endedEarly, verdict, configuration, visitors } = row;
  const told = { revision, passedAt, endedEarly, verdict, configuration, visitors };
  return { ...told, isDisturbed: disturbed === 1 } as LastRehearsal;
}
