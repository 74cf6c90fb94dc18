/** What operators do with revisions: make one, activate it, take it back, change one value of what is active. */
import { type Document, parseDocument } from 'yaml';
import type { GatewayReport } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { ConfigChanges } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { Actor } from '../words.ts';
import type { Activations } from './activations.ts';
import type { ActiveReader } from './active.ts';
import type { Book, Deed, Draft } from './book.ts';
import { type Contradiction, mustRead, type ReadText, type Surroundings } from './read-text.ts';
import type { Recoveries } from './recovery.ts';
import type { RevisionTable } from './table.ts';
import { withoutSecrets } from './without-secrets.ts';
import type { Revision } from './words.ts';

export interface Made {
  revision: Revision;
  /** Values of its text that pins overrule. */
  contradictions: Contradiction[];
  warnings: number;
}

export interface Changes extends ConfigChanges {
  create(actor: Actor, config: string, reason: string): Made;
  activate(
    number: number,
    stage: 'gateways' | 'none',
    deed: Deed,
    ifMatch: string | null,
  ): { revision: Revision; gateways: string[] };
  rollback(number: number, deed: Deed): Revision;
}

export interface ChangesParts {
  data: ControlData;
  publisher: Publisher;
  active: ActiveReader;
  book: Book;
  table: RevisionTable;
  activations: Activations;
  recoveries: Recoveries;
  around: Surroundings;
  live(): GatewayReport[];
}

export function createChanges(parts: ChangesParts): Changes {
  const { data, publisher, active, book, table, activations, recoveries, around, live } = parts;

  /** As gateways will read it, with the pins. */
  const judged = (config: string, name: string): ReadText => {
    const { active: present, pins } = publisher.current();
    return mustRead({ config, name, number: present.number + 1 }, pins, around, active.read().written);
  };

  const make = (draft: Omit<Draft, 'parent'>): Made => {
    const { contradictions, warnings } = judged(draft.config, 'config');
    const parent = publisher.current().active.number;
    return { revision: book.create({ ...draft, parent }), contradictions, warnings };
  };

  const activateAtOnce = (number: number, deed: Deed): Revision => {
    const revision = book.activate(number, deed);
    recoveries.began(revision.number, live());
    return revision;
  };

  const refuseWhileStaged = () => {
    const { staged } = publisher.current();
    if (staged === null) return;
    const message = `revision ${staged.number} is being activated: wait until it is, or roll it back`;
    throw new AdminError('HG_ACTIVATION_RUNNING', message, { retryAfterSeconds: 10 });
  };

  return {
    create: (actor, text, reason) =>
      data.transaction(() =>
        make({ config: withoutSecrets(text), source: 'api', author: actor.name, reason }),
      ),

    activate: (number, stage, deed, ifMatch) =>
      data.transaction(() => {
        const revision = mustFind(table, number);
        if (ifMatch !== active.tag()) throw stale(active.tag());
        refuseWhileStaged();
        if (publisher.current().active.number === number) return { revision, gateways: [] };
        judged(revision.config, `revision ${number}`);
        if (stage === 'none') return { revision: activateAtOnce(number, deed), gateways: [] };
        const staged = activations.begin(number, deed);
        recoveries.began(staged.number, live());
        return { revision: staged, gateways: [...(publisher.current().staged?.gateways ?? [])] };
      }),

    rollback: (number, deed) =>
      data.transaction(() => {
        mustFind(table, number);
        const done = table.rollbackOf(number);
        // Asked twice, done once.
        if (done?.state === 'active') return done;
        const revision = book.takeBack(number, deed);
        recoveries.tookBack(number, revision.number, live());
        return revision;
      }),

    amend: async (actor, reason, change) =>
      data.transaction(() => {
        refuseWhileStaged();
        const config = amended(publisher.current().active.config, change);
        const known = new Set(active.read().contradictions.map(keyOf));
        const made = make({ config, source: 'room', author: actor.name, reason });
        const overruled = made.contradictions.find((one) => !known.has(keyOf(one)));
        if (overruled) throw pinned(overruled);
        return { number: activateAtOnce(made.revision.number, { by: actor.name, reason }).number };
      }),
  };
}

function amended(config: string, change: (document: Document) => void): string {
  const document = parseDocument(config, { logLevel: 'silent' });
  change(document);
  return document.toString({ lineWidth: 0 });
}

function mustFind(table: RevisionTable, number: number): Revision {
  const revision = table.find(number);
  if (revision === null) throw new AdminError('HG_NOT_THERE', `there is no revision ${number}`);
  return revision;
}

function stale(tag: string): AdminError {
  return new AdminError('HG_PRECONDITION_FAILED', `by now "${tag}" is in force; look at it and ask again`);
}

function keyOf({ pin, written }: Contradiction): string {
  return `${pin.id} ${JSON.stringify(written)}`;
}

function pinned({ pin }: Contradiction): AdminError {
  const message = `${pin.path} is pinned to ${JSON.stringify(pin.value)} by ${pin.by} (${pin.reason}); lift the pin first`;
  return new AdminError('HG_CONFLICT', message);
}
