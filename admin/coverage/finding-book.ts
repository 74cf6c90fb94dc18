/** Keeps findings from their first to their last sight: opened and resolved in the audit log and to whoever listens, each once. */
import type { Finding, FoundNow } from '../../gateway/audit/words.ts';
import type { Clock } from '../../gateway/clock.ts';
import type { AuditLog, EventHub } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { decodeCursor, encodeCursor, type PageAnswer, type PageAsked } from '../http/pagination.ts';
import type { AdminLog } from '../log.ts';
import {
  FINDING_TABLE,
  type FindingsAsked,
  listFindings,
  pruneFindings,
  readOpenFindings,
  writeFinding,
} from './finding-table.ts';

export interface FindingBookParts {
  data: ControlData;
  auditLog: AuditLog;
  hub: EventHub;
  clock: Clock;
  newId: () => string;
  log: AdminLog;
}

export interface FindingBook {
  /** What is found now. `isMended`: whether the rules in force everywhere say that it cannot come again. */
  take(found: readonly FoundNow[], isMended: (finding: Finding) => boolean): void;
  /** Those that are open, the most severe first. */
  open(): Finding[];
  list(asked: Omit<FindingsAsked, 'before'> & PageAsked): PageAnswer<Finding>;
}

interface Kept {
  finding: Finding;
  /** Monotonic. */
  seenMs: number;
  writtenMs: number;
  /** Whether it is on the disk, and its opening in the audit log. */
  isWritten: boolean;
}

/** Not found for so long, it is resolved; sooner where the rules in force mend it. */
const HOLD_MS = 60_000;
const MENDED_MS = 5_000;
/** How often the last sight of an open finding is written down. */
const WRITE_MS = 10_000;

const SEVERITIES = ['critical', 'warning', 'info'];

export function createFindingBook(parts: FindingBookParts): FindingBook {
  const { data, clock } = parts;
  data.define(FINDING_TABLE);
  const kept = new Map<string, Kept>();
  const startMs = clock.monotonicMs();
  for (const finding of readOpenFindings(data))
    kept.set(finding.key, { finding, seenMs: startMs, writtenMs: startMs, isWritten: true });

  const iso = () => new Date(clock.wallMs()).toISOString();

  function open(found: FoundNow, nowMs: number): void {
    const now = iso();
    const finding = { id: parts.newId(), ...found, firstSeen: now, lastSeen: now, resolvedAt: null };
    const isWritten = write(parts, finding, ['finding.opened']);
    kept.set(found.key, { finding, seenMs: nowMs, writtenMs: nowMs, isWritten });
    tell(parts, finding);
  }

  function see(one: Kept, found: FoundNow, nowMs: number): void {
    one.finding = { ...one.finding, ...found, lastSeen: iso() };
    one.seenMs = nowMs;
    if (nowMs - one.writtenMs < WRITE_MS) return;
    one.writtenMs = nowMs;
    one.isWritten = write(parts, one.finding, one.isWritten ? [] : ['finding.opened']) || one.isWritten;
  }

  function resolve(one: Kept): void {
    const finding = { ...one.finding, resolvedAt: iso() };
    // On a full disk it stays open: what cannot be written down is not done.
    const actions = one.isWritten ? ['finding.resolved'] : ['finding.opened', 'finding.resolved'];
    if (!write(parts, finding, actions)) return;
    kept.delete(finding.key);
    tell(parts, finding);
  }

  return {
    take(found, isMended) {
      const nowMs = clock.monotonicMs();
      for (const one of found) {
        const known = kept.get(one.key);
        if (known === undefined) open(one, nowMs);
        else see(known, one, nowMs);
      }
      const isFound = new Set(found.map(({ key }) => key));
      for (const one of [...kept.values()]) {
        if (isFound.has(one.finding.key)) continue;
        const quietMs = nowMs - one.seenMs;
        if (quietMs >= HOLD_MS || (quietMs >= MENDED_MS && isMended(one.finding))) resolve(one);
      }
    },
    open: () => [...kept.values()].map(({ finding }) => finding).sort(bySeverity),
    list: ({ limit, cursor, ...asked }) => {
      const before = cursor === undefined ? null : decodeCursor(cursor, ['number'])[0];
      const rows = listFindings(data.db, { ...asked, before }, limit + 1);
      const last = rows[limit - 1];
      const items = rows.slice(0, limit).map(({ seq: _, ...finding }) => fresh(finding, kept));
      return { items, next: rows.length > limit && last ? encodeCursor([last.seq]) : null };
    },
  };
}

/** What is on the disk may be some seconds old. */
function fresh(finding: Finding, kept: ReadonlyMap<string, Kept>): Finding {
  const now = kept.get(finding.key)?.finding;
  return now?.id === finding.id ? now : finding;
}

function bySeverity(one: Finding, other: Finding): number {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
}

/** Whether it is on the disk. A finding that is not is found all the same, and written with its next sight. */
function write(
  { data, auditLog, log }: FindingBookParts,
  finding: Finding,
  actions: readonly string[],
): boolean {
  try {
    data.transaction(() => {
      writeFinding(data, finding);
      if (finding.resolvedAt !== null) pruneFindings(data);
      for (const action of actions) auditLog.append({ actor: 'headgate', action, ...entryOf(finding) });
    });
    return true;
  } catch (error) {
    log.say('warn', { error: String(error), finding: finding.id }, 'a finding is not on the disk yet');
    return false;
  }
}

function entryOf({ id, kind, summary, severity, evidence, room }: Finding) {
  const { host, pathShape, share } = evidence;
  return {
    subject: id,
    reason: summary,
    before: null,
    after: { kind, severity, host, pathShape, share, room },
  };
}

function tell({ hub }: FindingBookParts, finding: Finding): void {
  const { room, resolvedAt, summary, severity } = finding;
  const told = resolvedAt === null ? summary : `Resolved: ${summary}`;
  hub.emit({
    kind: 'finding',
    // Of a template the operators are told alone.
    room: room?.includes('{') ? null : room,
    summary: told,
    severity: resolvedAt === null ? severity : 'info',
    data: finding,
  });
}
