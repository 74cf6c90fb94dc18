/** What becomes of revisions, each step whole or not at all: on the disk, in the audit log, in what gateways are told, and to who listens. */
import type { RevisionText } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { AuditLog, EventHub } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { RevisionTable } from './table.ts';
import type { Revision, RevisionSource, RevisionState } from './words.ts';

export interface Draft {
  config: string;
  source: RevisionSource;
  author: string;
  reason: string;
  parent: number | null;
  /** The least number that it may have. */
  atLeast?: number;
  rollbackOf?: number;
  state?: RevisionState;
}

export interface Deed {
  by: string;
  reason: string;
}

export interface Book {
  create(draft: Draft): Revision;
  /** Published to some gateways; a number that rooms have passed already is given anew. */
  stage(number: number, gateways: readonly string[], deed: Deed): Revision;
  /** Published to more of them. */
  widen(gateways: readonly string[], detail: string): void;
  /** Published to all. */
  activate(number: number, deed: Deed): Revision;
  /** Back to what was active before it, as a new revision. Throws AdminError HG_CONFLICT where that cannot be told. */
  takeBack(number: number, deed: Deed): Revision;
  /** Gateways and rooms know this number: ours must be above it. */
  heardOf(number: number): void;
}

export interface BookParts {
  data: ControlData;
  table: RevisionTable;
  publisher: Publisher;
  auditLog: AuditLog;
  hub: EventHub;
}

export function createBook({ data, table, publisher, auditLog, hub }: BookParts): Book {
  let heard = 0;
  const nextNumber = (atLeast = 0) => Math.max(table.highest() + 1, heard + 1, atLeast);

  const say = (revision: number, step: string, severity: 'info' | 'warning', deed: Deed, after: object) => {
    table.note(revision, step, deed.reason);
    auditLog.append({
      actor: deed.by,
      action: `revision.${step}`,
      subject: `revision ${revision}`,
      reason: deed.reason,
      before: { active: publisher.current().active.number },
      after,
    });
    const summary = `revision ${revision}: ${step} by ${deed.by} (${deed.reason})`;
    const told = { revision, step, ...after };
    data.afterCommit(() => hub.emit({ kind: 'revision', room: null, summary, severity, data: told }));
  };

  const create = (draft: Draft): Revision =>
    data.transaction(() => {
      const { atLeast, ...rest } = draft;
      const revision = table.add({ ...rest, number: nextNumber(atLeast) });
      const deed = { by: draft.author, reason: draft.reason };
      say(revision.number, 'create', 'info', deed, { source: draft.source, parent: draft.parent });
      return revision;
    });

  /** Rooms obey the highest number that they have seen, so one that is not above all of them begins a new life. */
  const fresh = (number: number, { by, reason }: Deed): Revision => {
    const wanted = table.find(number);
    if (wanted === null) throw new AdminError('HG_NOT_THERE', `there is no revision ${number}`);
    if (wanted.state === 'created' && number > Math.max(table.highestPublished(), heard)) return wanted;
    return create({ config: wanted.config, source: wanted.source, author: by, reason, parent: number });
  };

  const putInForce = (revision: Revision, deed: Deed, step: string): Revision => {
    const { active, staged } = publisher.current();
    const severity = step === 'activate' ? 'info' : 'warning';
    say(revision.number, step, severity, deed, { active: revision.number, source: revision.source });
    if (active.number > 0) table.setState(active.number, 'replaced');
    if (staged !== null && staged.number !== revision.number) table.setState(staged.number, 'rolled-back');
    table.setState(revision.number, 'active');
    table.setReplaced(revision.number, active.number || null);
    publisher.change({ active: textOf(revision), staged: null });
    return table.find(revision.number) as Revision;
  };

  const before = (number: number): RevisionText => {
    const { active, staged } = publisher.current();
    if (staged?.number === number) return active;
    const replaced = table.find(number)?.replaced ?? null;
    const revision = replaced === null ? null : table.find(replaced);
    if (active.number !== number || revision === null) {
      const why = active.number === number ? 'nothing was active before it' : 'it is not in force';
      throw new AdminError('HG_CONFLICT', `revision ${number} cannot be rolled back: ${why}`);
    }
    return revision;
  };

  return {
    create,
    stage: (number, gateways, deed) =>
      data.transaction(() => {
        const revision = fresh(number, deed);
        say(revision.number, 'stage', 'info', deed, { gateways });
        table.setState(revision.number, 'staged');
        publisher.change({ staged: { ...textOf(revision), gateways } });
        return table.find(revision.number) as Revision;
      }),
    widen: (gateways, reason) =>
      data.transaction(() => {
        const { staged } = publisher.current();
        if (staged === null) return;
        say(staged.number, 'widen', 'info', { by: 'headgate', reason }, { gateways });
        publisher.change({ staged: { ...staged, gateways } });
      }),
    activate: (number, deed) =>
      data.transaction(() => {
        const isStaged = publisher.current().staged?.number === number;
        const revision = isStaged ? (table.find(number) as Revision) : fresh(number, deed);
        return putInForce(revision, deed, 'activate');
      }),
    takeBack: (number, deed) =>
      data.transaction(() => {
        const { config, number: parent } = before(number);
        const draft = { config, source: 'rollback' as const, author: deed.by, reason: deed.reason, parent };
        const revision = putInForce(create({ ...draft, rollbackOf: number }), deed, 'rollback');
        table.setState(number, 'rolled-back');
        table.note(number, 'rolled-back', deed.reason);
        return revision;
      }),
    heardOf(number) {
      heard = Math.max(heard, number);
    },
  };
}

function textOf({ number, config }: Revision): RevisionText {
  return { number, config };
}
