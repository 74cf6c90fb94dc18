/** Collects what the gates decided by themselves: each once, also where several report it, kept, told and in the audit log. */
import type { AdminEvent, AuditLog, EventHub, Fleet } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { PageAnswer } from '../http/pagination.ts';
import type { AdminLog } from '../log.ts';
import { takeFresh, twinOf } from './fresh.ts';
import {
  DECISION_TABLES,
  type DecisionsAsked,
  pageOfDecisions,
  readSources,
  writeDecision,
  writeSources,
} from './table.ts';
import type { FreshDecision, KeptDecision, Unsaved } from './words.ts';

export interface DecisionParts {
  data: ControlData;
  fleet: Pick<Fleet, 'gateways' | 'onRound'>;
  auditLog: AuditLog;
  hub: EventHub;
  log: AdminLog;
}

export interface Decisions {
  list(asked: DecisionsAsked, limit: number): PageAnswer<KeptDecision>;
}

/** What is older when it is read is kept, and is no news: an admin that was away does not ring for what is over. */
const NEWS_MS = 60_000;
/** Remembered to find the same decision of other gateways. */
const MOST_RECENT = 500;
/** While the disk takes nothing; the oldest are lost beyond. */
const MOST_UNSAVED = 5_000;

export function createDecisions({ data, fleet, auditLog, hub, log }: DecisionParts): Decisions {
  data.define(DECISION_TABLES);
  const sources = readSources(data);
  let recent: Unsaved[] = [];
  let unsaved = new Set<Unsaved>();

  /** Those that nobody reported before. */
  const take = (fresh: readonly FreshDecision[]): { kept: Unsaved; isNews: boolean }[] => {
    const taken = [];
    for (const each of fresh) {
      const twin = twinOf(each, recent);
      if (twin) twin.gateways.push(each.gateway);
      const kept = twin ?? keep(each);
      unsaved.add(kept);
      if (twin) continue;
      recent.push(kept);
      taken.push({ kept, isNews: each.ageMs <= NEWS_MS });
    }
    recent = recent.slice(-MOST_RECENT);
    return taken;
  };

  const save = () => {
    try {
      data.transaction(() => {
        for (const decision of unsaved) {
          const isNew = decision.id === null;
          writeDecision(data, decision);
          if (isNew && decision.mode === 'act') auditLog.append(auditEntry(decision));
        }
        writeSources(data, sources.values());
      });
      unsaved.clear();
    } catch (error) {
      // Undone: what was given an id just now has none.
      for (const decision of unsaved) if (!isKept(decision)) decision.id = null;
      unsaved = new Set([...unsaved].slice(-MOST_UNSAVED));
      log.say('warn', { error: String(error), waiting: unsaved.size }, 'decisions are not on the disk yet');
    }
  };

  const isKept = ({ id }: Unsaved) =>
    id !== null && data.db.prepare('SELECT 1 FROM decisions WHERE id = ?').get(id) !== undefined;

  fleet.onRound(() => {
    const taken = take(takeFresh(fleet.gateways(), sources));
    if (unsaved.size > 0) save();
    for (const { kept, isNews } of taken) if (isNews) hub.emit(eventOf(kept));
  });

  return { list: (asked, limit) => pageOfDecisions(data.db, asked, limit) };
}

function keep({ decision, gateway, atMs }: FreshDecision): Unsaved {
  const { seq: _seq, ...told } = decision;
  return { ...told, at: new Date(atMs).toISOString(), id: null, gateways: [gateway] };
}

function auditEntry(decision: Unsaved): Parameters<AuditLog['append']>[0] {
  const { kind, room, sentence, signal, value, limit, at, gateways } = decision;
  return {
    ...{ actor: 'headgate', action: `decision.${kind}`, subject: room ?? 'all rooms', reason: sentence },
    ...{ before: null, after: { at, signal, value, limit, gateways } },
  };
}

const SEVERITIES: Record<string, AdminEvent['severity']> = {
  'store-lost': 'critical',
  eject: 'warning',
  engage: 'warning',
};

function eventOf(decision: Unsaved): AdminEvent {
  const { kind, room, sentence } = decision;
  return {
    kind: kind === 'engage' || kind === 'disengage' ? kind : 'decision',
    ...{ room, summary: sentence, severity: SEVERITIES[kind] ?? 'info', data: { ...decision } },
  };
}
