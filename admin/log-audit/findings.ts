/** Finds in a log what would have been found live, minute by minute and over the whole: each finding once, with its worst minute. */
import type { FoundNow, Severity } from '../../gateway/audit/words.ts';
import type { MinuteWindow } from './minute-windows.ts';
import type { RoomLoad } from './room-days.ts';
import type { AuditFinding } from './words.ts';

/** What is analysed at once: a minute, or the whole log. */
export interface Watched {
  windowSeconds: number;
  requests: number;
  forwarded: number;
  byAddress: MinuteWindow['byAddress'];
  others: number;
  /** End, epoch ms. */
  atMs: number;
  rooms: readonly RoomLoad[];
  /** The log tells all of this time: silence says something. */
  isComplete: boolean;
}

export interface Analyst {
  /** Without proposals: those cost most. */
  analyse(watched: Watched): readonly FoundNow[];
  /** These findings with proposals, however small their shares are here; of two with one key the latter counts. */
  explain(watched: Watched, found: readonly FoundNow[]): readonly FoundNow[];
}

interface Met {
  worst: FoundNow;
  /** Minute of the worst; its window is kept to be explained by. */
  watched: Watched | null;
  first: number;
  last: number;
}

export interface FindingsBook {
  /** A minute, when it is over. */
  onMinute(window: MinuteWindow, rooms: readonly RoomLoad[], isComplete: boolean): void;
  /** All of them, the gravest first; `whole` is the log. */
  finish(whole: Watched): AuditFinding[];
}

const MINUTE_MS = 60_000;
const SEVERITIES = ['critical', 'warning', 'info'] as const;

export function createFindingsBook(analyst: Analyst): FindingsBook {
  const met = new Map<string, Met>();

  function meet(found: FoundNow, minute: number, watched: Watched): void {
    const before = met.get(found.key);
    const isWorse =
      before === undefined || found.evidence.requestsPerMinute > before.worst.evidence.requestsPerMinute;
    met.set(found.key, {
      worst: isWorse ? found : before.worst,
      watched: isWorse ? watched : before.watched,
      first: Math.min(minute, before?.first ?? minute),
      last: Math.max(minute, before?.last ?? minute),
    });
  }

  return {
    onMinute(window, rooms, isComplete) {
      const atMs = (window.minute + 1) * MINUTE_MS;
      const watched = { ...window, windowSeconds: 60, atMs, rooms, isComplete };
      for (const found of analyst.analyse(watched)) meet(found, window.minute, watched);
    },
    finish(whole) {
      const overall = new Map(analyst.analyse(whole).map((found) => [found.key, found]));
      const known = [...overall.values(), ...[...met.values()].map(({ worst }) => worst)];
      if (known.length === 0) return [];
      const explained = new Map(analyst.explain(whole, known).map((found) => [found.key, found]));
      const keys = [...new Set(known.map(({ key }) => key))];
      const findings = keys.map((key) => {
        const seen = met.get(key);
        const told = explained.get(key) ?? inItsMinute(analyst, key, seen) ?? overall.get(key) ?? seen!.worst;
        return findingOf(told, seen);
      });
      return findings.sort(byWeight);
    },
  };
}

/** What shows in its minute alone (a line stood, or the platform suffered) is told as it was then. */
function inItsMinute(analyst: Analyst, key: string, seen: Met | undefined): FoundNow | undefined {
  if (!seen?.watched) return undefined;
  return analyst.explain(seen.watched, [seen.worst]).findLast((found) => found.key === key);
}

function findingOf(found: FoundNow, seen: Met | undefined): AuditFinding {
  if (seen === undefined) return { ...found, firstSeen: null, lastSeen: null, peak: null };
  const { severity, evidence } = seen.worst;
  const { share, requestsPerMinute } = evidence;
  const at = seen.watched === null ? seen.first * MINUTE_MS : seen.watched.atMs - MINUTE_MS;
  return {
    ...found,
    severity: graver(found.severity, severity),
    firstSeen: new Date(seen.first * MINUTE_MS).toISOString(),
    lastSeen: new Date((seen.last + 1) * MINUTE_MS).toISOString(),
    peak: { at: new Date(at).toISOString(), share, requestsPerMinute },
  };
}

function graver(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other) ? one : other;
}

function byWeight(one: AuditFinding, other: AuditFinding): number {
  const bySeverity = SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
  return bySeverity || other.evidence.share - one.evidence.share;
}
