/** Revisions of a deployment: every configuration that was ever asked for, which one is in force, and how it came to be. */
import type { LoadResult } from '../../config/load.ts';
import type { Clock } from '../../gateway/clock.ts';
import type { Published } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { AuditLog, EventHub } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { RunningFleet } from '../fleet/fleet.ts';
import type { AdminLog } from '../log.ts';
import { createActivations } from './activations.ts';
import { type ActiveReader, createActiveReader } from './active.ts';
import { createAdoption } from './adoption.ts';
import { createBook, type Deed } from './book.ts';
import { type Changes, createChanges } from './changes.ts';
import { createFileIntake, type FileTaken } from './from-file.ts';
import { createOverrideEntries } from './override-entries.ts';
import type { Surroundings } from './read-text.ts';
import { createRecoveries, type Recoveries } from './recovery.ts';
import { createRevisionTable, type RevisionTable } from './table.ts';
import type { GoodLoad } from './words.ts';

export interface RevisionsParts {
  data: ControlData;
  publisher: Publisher;
  fleet: Pick<RunningFleet, 'gateways' | 'isLinked' | 'onRound' | 'command'>;
  auditLog: AuditLog;
  hub: EventHub;
  clock: Clock;
  log: AdminLog;
  around: Surroundings;
}

export interface Revisions {
  active: ActiveReader;
  changes: Changes;
  table: RevisionTable;
  recoveries: Recoveries;
  /**
   * After the link was looked at. `file` null: `loaded` is what runs where nothing was ever made a revision.
   * Throws AdminError HG_REVISION_INVALID where there is nothing to run.
   */
  start(loaded: GoodLoad, file: string | null): FileTaken;
  /** A file that was read again. Never throws. */
  takeFile(loaded: LoadResult): FileTaken;
  /** What an earlier life of this process published. */
  adopt(document: Published): void;
}

export function createRevisions(parts: RevisionsParts): Revisions {
  const { data, publisher, fleet, clock, log, around } = parts;
  const table = createRevisionTable(data, () => new Date(clock.wallMs()).toISOString());
  const active = createActiveReader(publisher, around);
  const book = createBook({ ...parts, table });
  const recoveries = createRecoveries(parts);
  const live = () => fleet.gateways().map(({ report }) => report);

  const takeBack = (number: number, deed: Deed): void => {
    const revision = book.takeBack(number, deed);
    recoveries.tookBack(number, revision.number, live());
  };
  const guards = () => active.settings().admin.activation;
  const activations = createActivations({ ...parts, book, guards, takeBack });
  const changes = createChanges({ ...parts, active, book, table, activations, recoveries, live });
  const intake = createFileIntake({ ...parts, active, book });
  const overrides = createOverrideEntries(data, book, publisher, clock);
  const adoption = createAdoption({ ...parts, table, book });
  let started: { loaded: GoodLoad; file: string | null } | null = null;

  /** Rooms obey the highest number that they have seen, a gateway's own file's too. */
  function keepAbove(): void {
    const { active: present } = publisher.current();
    const highest = Math.max(0, ...live().map(({ revision }) => revision));
    book.heardOf(highest);
    if (highest <= table.highest() || present.number === 0 || activations.isRunning()) return;
    const reason = `gateways and rooms know revision ${highest}`;
    book.activate(present.number, { by: 'headgate', reason });
  }

  function round(): void {
    activations.round();
    recoveries.round(live());
    overrides.round(fleet.gateways());
    keepAbove();
  }

  /** A revision that nobody watches any more must not stay with some gateways. */
  function endUnwatched(): void {
    const { staged } = publisher.current();
    if (staged === null || activations.isRunning()) return;
    const reason = 'the admin process that activated it is gone';
    data.transaction(() => takeBack(staged.number, { by: 'headgate', reason }));
  }

  function takeOwn(loaded: GoodLoad, file: string | null): FileTaken {
    const { active: present } = publisher.current();
    if (file === null && present.number > 0)
      return { kind: 'reloaded', revision: present.number, warnings: 0 };
    return intake.atStart({ file: file ?? 'default configuration', loaded });
  }

  return {
    active,
    changes,
    table,
    recoveries,
    start(loaded, file) {
      const taken = takeOwn(loaded, file);
      if (taken.kind === 'refused') log.say('error', { reason: taken.reason }, 'the file is not obeyed');
      if (publisher.current().active.number === 0)
        throw new AdminError('HG_REVISION_INVALID', taken.kind === 'refused' ? taken.reason : 'no revision');
      endUnwatched();
      if (started === null) fleet.onRound(round);
      started = { loaded, file };
      return taken;
    },
    takeFile(loaded) {
      const file = started?.file ?? 'default configuration';
      if (loaded.ok && started) started = { ...started, loaded };
      return intake.whileRunning(loaded, file);
    },
    adopt(document) {
      adoption.adopt(document);
      if (started === null) return;
      endUnwatched();
      takeOwn(started.loaded, started.file);
    },
  };
}
