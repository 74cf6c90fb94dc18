/** Says after a rollback whether the platform recovered, route by route, and says it once more when all of it has. */
import type { GatewayReport } from '../../gateway/control/words.ts';
import type { AuditLog, EventHub } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import {
  affectedRoutes,
  judgeRecovery,
  type Recovery,
  type RouteShares,
  routeShares,
} from './route-shares.ts';

export interface Recoveries {
  /** A revision begins to run: how its routes fare without it. */
  began(number: number, live: readonly GatewayReport[]): void;
  /** It is taken back by another one: how they fared with it. */
  tookBack(number: number, by: number, live: readonly GatewayReport[]): void;
  round(live: readonly GatewayReport[]): void;
  /** Of a revision that was taken back; null: it was not. */
  of(number: number): Recovery | null;
}

export interface RecoveryParts {
  data: ControlData;
  auditLog: AuditLog;
  hub: EventHub;
  clock: { monotonicMs(): number };
}

const TABLE = `CREATE TABLE IF NOT EXISTS revision_routes (
  revision INTEGER PRIMARY KEY,
  before TEXT NOT NULL,
  during TEXT,
  takenBackBy INTEGER,
  recovery TEXT
) STRICT`;

/** What the windows show is over so long after the last gateway left the revision. */
const PAST_MS = 65_000;
/** After that the last word stands. */
const WATCHED_MS = 600_000;

interface Watched {
  number: number;
  takenBackBy: number;
  before: RouteShares;
  during: RouteShares;
  affected: string[];
  sinceMs: number;
  /** Since when all gateways run what took it back, monotonic ms. */
  leftMs: number | null;
  told: string;
}

export function createRecoveries({ data, auditLog, hub, clock }: RecoveryParts): Recoveries {
  data.define(TABLE);
  const { db } = data;
  const insert = db.prepare('INSERT OR IGNORE INTO revision_routes (revision, before) VALUES (?, ?)');
  const select = db.prepare('SELECT * FROM revision_routes WHERE revision = ?');
  const updateDuring = db.prepare(
    'UPDATE revision_routes SET during = ?, takenBackBy = ?, recovery = ? WHERE revision = ?',
  );
  const updateRecovery = db.prepare('UPDATE revision_routes SET recovery = ? WHERE revision = ?');
  const UNKNOWN: Recovery = { recovered: null, routes: [] };
  let watched: Watched | null = null;

  const readBefore = (number: number): RouteShares => {
    const row = select.get(number) as { before: string } | undefined;
    return row === undefined ? {} : (JSON.parse(row.before) as RouteShares);
  };

  function judgeNow(one: Watched, live: readonly GatewayReport[]): Recovery {
    const hasLeft = live.length > 0 && live.every(({ revision }) => revision >= one.takenBackBy);
    if (!hasLeft) return UNKNOWN;
    one.leftMs ??= clock.monotonicMs();
    const isPast = clock.monotonicMs() - one.leftMs > PAST_MS;
    return judgeRecovery(one.affected, { ...one, after: routeShares(live) }, isPast);
  }

  function tell({ number, takenBackBy, affected }: Watched, recovery: Recovery): void {
    updateRecovery.run(JSON.stringify(recovery), number);
    if (recovery.recovered === null) return;
    const words = recovery.recovered ? 'recovered' : 'not recovered';
    const routes = recovery.routes.filter((one) => one.recovered === recovery.recovered).length;
    const summary = `after revision ${takenBackBy} took back ${number}: ${words}, ${routes} of ${affected.length} affected routes`;
    auditLog.append({
      actor: 'headgate',
      action: recovery.recovered ? 'revision.recovered' : 'revision.not-recovered',
      subject: `revision ${number}`,
      reason: summary,
      before: null,
      after: recovery,
    });
    const severity = recovery.recovered ? 'info' : 'critical';
    data.afterCommit(() => hub.emit({ kind: 'revision', room: null, summary, severity, data: recovery }));
  }

  return {
    began: (number, live) => void insert.run(number, JSON.stringify(routeShares(live))),
    tookBack(number, by, live) {
      const before = readBefore(number);
      const during = routeShares(live.filter(({ revision }) => revision === number));
      insert.run(number, '{}');
      updateDuring.run(JSON.stringify(during), by, JSON.stringify(UNKNOWN), number);
      const affected = affectedRoutes(before, during);
      const sinceMs = clock.monotonicMs();
      watched = { number, takenBackBy: by, before, during, affected, sinceMs, leftMs: null, told: '' };
    },
    round(live) {
      if (watched === null) return;
      const one = watched;
      const recovery = judgeNow(one, live);
      const told = JSON.stringify(recovery.routes.map(({ recovered }) => recovered)) + recovery.recovered;
      if (told !== one.told) {
        data.transaction(() => tell(one, recovery));
        one.told = told;
      }
      const isOver = recovery.recovered === true || clock.monotonicMs() - one.sinceMs > WATCHED_MS;
      if (isOver) watched = null;
    },
    of(number) {
      const row = select.get(number) as { recovery: string | null } | undefined;
      return row?.recovery ? (JSON.parse(row.recovery) as Recovery) : null;
    },
  };
}
