/** Tells of drift within seconds, keeps since when it lasts, and says when it is over. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../gateway/clock.ts';
import type { FileDifference } from '../../gateway/control/words.ts';
import type { AuditLog, EventHub } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { RunningFleet } from '../fleet/fleet.ts';
import type { ActiveReader } from '../revisions/active.ts';
import { findDrift } from './find.ts';
import { createDriftTable } from './table.ts';
import type { DriftItem, DriftNow } from './words.ts';

export interface Drift {
  /** What is off now; with `withResolved` also what was. */
  list(withResolved: boolean): DriftItem[];
  /** One look; after each reading of the gateways' reports. */
  round(): void;
  /** Prometheus text. */
  metrics(): string;
}

export interface DriftParts {
  data: ControlData;
  fleet: Pick<RunningFleet, 'gateways' | 'silent' | 'isLinked' | 'onRound'>;
  active: ActiveReader;
  /** How the admin's own file differs from the active revision. */
  ownFile(): readonly FileDifference[];
  auditLog: AuditLog;
  hub: EventHub;
  clock: Clock;
}

/** After its own start the admin process has not heard of every gateway yet. */
const SETTLE_MS = 5_000;
const WRITTEN_EVERY_MS = 60_000;

export function createDrift(parts: DriftParts): Drift {
  const { data, fleet, active, auditLog, hub, clock } = parts;
  const table = createDriftTable(data);
  const open = table.open();
  const unwritten = new Set<string>();
  /** Since when, monotonic ms, something is off that may pass by itself. */
  const waiting = new Map<string, number>();
  const beganMs = clock.monotonicMs();
  let writtenMs = beganMs;
  const nowIso = () => new Date(clock.wallMs()).toISOString();

  const tell = (item: DriftItem, action: 'opened' | 'resolved') => {
    const subject = `${item.kind} ${item.gateway ?? item.path ?? ''}`.trim();
    const [before, after] = action === 'opened' ? [null, item] : [item, null];
    const actor = 'headgate';
    auditLog.append({ actor, action: `drift.${action}`, subject, reason: item.summary, before, after });
    const summary = action === 'opened' ? `drift: ${item.summary}` : `drift is over: ${item.summary}`;
    const severity = action === 'opened' ? item.severity : 'info';
    data.afterCommit(() =>
      hub.emit({ kind: 'drift', room: null, summary, severity, data: { action, ...item } }),
    );
  };

  const begin = ({ key, patienceMs: _, ...found }: DriftNow) => {
    const [firstSeen, lastSeen] = [nowIso(), nowIso()];
    const item: DriftItem = { id: randomUUID(), ...found, firstSeen, lastSeen, resolvedAt: null };
    open.set(key, item);
    unwritten.add(key);
  };

  /** Drift is seen although the disk takes nothing; it is written, and told, when the disk does. */
  const writeNew = () => {
    for (const key of unwritten) {
      const item = open.get(key);
      if (item)
        data.transaction(() => {
          table.add(key, item);
          tell(item, 'opened');
        });
      unwritten.delete(key);
    }
  };

  const end = (key: string, item: DriftItem) => {
    if (!unwritten.delete(key))
      data.transaction(() => {
        table.resolve(item, nowIso());
        tell({ ...item, resolvedAt: nowIso() }, 'resolved');
      });
    open.delete(key);
  };

  /** Whether it has lasted; what passes by itself is not told. */
  const isRipe = ({ key, patienceMs }: DriftNow): boolean => {
    const sinceMs = waiting.get(key) ?? clock.monotonicMs();
    waiting.set(key, sinceMs);
    return clock.monotonicMs() - sinceMs >= patienceMs;
  };

  const seeAgain = (item: DriftItem, { key: _, patienceMs: __, ...words }: DriftNow) =>
    Object.assign(item, words, { lastSeen: nowIso() });

  function writeSometimes(): void {
    if (clock.monotonicMs() - writtenMs < WRITTEN_EVERY_MS) return;
    writtenMs = clock.monotonicMs();
    data.transaction(() => {
      for (const item of open.values()) table.update(item);
    });
  }

  function look(): DriftNow[] {
    const { read, published } = active;
    const { settings, missing } = read();
    return findDrift({
      published: published(),
      settings,
      live: fleet.gateways(),
      silent: fleet.silent(),
      isLinked: fleet.isLinked(),
      ownFile: parts.ownFile(),
      pinsWithoutPlace: missing.map(({ id }) => id),
    });
  }

  function round(): void {
    if (active.active().number === 0) return;
    const found = new Map(look().map((one) => [one.key, one]));
    for (const key of [...waiting.keys()]) if (!found.has(key)) waiting.delete(key);
    for (const one of found.values()) {
      const known = open.get(one.key);
      if (known) seeAgain(known, one);
      else if (isRipe(one)) begin(one);
    }
    // While the link is lost nothing can be seen to be over.
    if (clock.monotonicMs() - beganMs >= SETTLE_MS && fleet.isLinked())
      for (const [key, item] of [...open]) if (!found.has(key)) end(key, item);
    writeNew();
    writeSometimes();
  }

  fleet.onRound(round);
  return {
    list(withResolved) {
      const present = [...open.values()].sort((a, b) => b.firstSeen.localeCompare(a.firstSeen));
      return withResolved ? [...present, ...table.resolved()] : present;
    },
    round,
    metrics: () =>
      `# HELP headgate_drift What is not as the active revision says\n# TYPE headgate_drift gauge\nheadgate_drift ${open.size}\n`,
  };
}
