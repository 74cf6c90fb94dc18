/** Rehearsals of launches: begun with a signed header that all gateways know before it is told, ended, and judged by the report that is handed in. */
import { randomInt } from 'node:crypto';
import type { PublishedRehearsals } from '../../gateway/control/words.ts';
import type { ActiveConfig, AuditLog, Fleet } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { Actor } from '../words.ts';
import { configurationOf } from './configuration.ts';
import { createRehearsalKey } from './key.ts';
import { roomTooLong } from './room-names.ts';
import { createRehearsalTable, type RehearsalRow } from './table.ts';
import { createTaken } from './taken.ts';
import type {
  NewRehearsalDocument,
  RehearsalDocument,
  RehearsalPost,
  Report,
  ReportedRehearsalDocument,
} from './words.ts';

export interface RehearsalsParts {
  config: ActiveConfig;
  fleet: Pick<Fleet, 'gateways' | 'onRound'>;
  /** Puts them into the published document; called within the change, and undone with it. */
  publish(rehearsals: PublishedRehearsals): { serial: number };
  data: ControlData;
  auditLog: AuditLog;
  clock: { wallMs(): number };
}

export interface Rehearsals {
  /** Newest first. */
  list(): RehearsalDocument[];
  /** Throws AdminError HG_NOT_THERE. */
  get(id: string): ReportedRehearsalDocument;
  /** Throws AdminError HG_NOT_THERE where there is no such launch, HG_CONFLICT. Answers once all gateways know of it. */
  begin(actor: Actor, asked: RehearsalPost): Promise<NewRehearsalDocument>;
  /** Throws AdminError HG_NOT_THERE; one that is over stays over. */
  end(actor: Actor, id: string, reason: string): void;
  /** Throws AdminError HG_NOT_THERE, HG_CONFLICT where it is of another revision or there is one already. */
  report(actor: Actor, id: string, report: Report): RehearsalDocument;
}

/** Each has a gate of its own in each gateway. */
const MOST_LIVE = 3;
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 4;

export function createRehearsals(parts: RehearsalsParts): Rehearsals {
  const { config, data, auditLog, clock } = parts;
  const table = createRehearsalTable(data);
  const key = createRehearsalKey(data);
  const taken = createTaken(parts.fleet);
  const iso = (aheadMs = 0) => new Date(clock.wallMs() + aheadMs).toISOString();
  let published = table.live(iso()).length;
  let configuration = '';

  const lookAtConfiguration = () => {
    const now = configurationOf(config);
    if (now !== configuration) table.disturb(now);
    configuration = now;
  };
  lookAtConfiguration();
  config.onChange(lookAtConfiguration);
  parts.fleet.onRound(() => {
    if (published > 0 && table.live(iso()).length !== published) publish();
  });

  function publish(): { serial: number } {
    const live = table.live(iso());
    published = live.length;
    return parts.publish({ key: key.publicKey(), live: live.map(publishedOf) });
  }

  function newId(): string {
    for (;;) {
      let id = 'r';
      while (id.length <= ID_LENGTH) id += ID_LETTERS[randomInt(ID_LETTERS.length)];
      if (table.get(id) === undefined) return id;
    }
  }

  function refuseNow(asked: RehearsalPost, prefix: string): void {
    const settings = config.settings();
    const isKnown = settings.launches.some(({ name }) => name === asked.launch);
    if (asked.launch !== undefined && !isKnown)
      throw new AdminError('HG_NOT_THERE', `no launch ${asked.launch} is configured`);
    const staged = config.staged();
    if (staged !== null)
      throw new AdminError('HG_CONFLICT', `revision ${staged.number} is being activated: wait for its end`);
    if (table.live(iso()).length >= MOST_LIVE)
      throw new AdminError('HG_CONFLICT', `${MOST_LIVE} rehearsals are under way: end one first`);
    const long = roomTooLong(settings, prefix);
    if (long !== null)
      throw new AdminError(
        'HG_CONFLICT',
        `rooms.${long}: its name is too long to be rehearsed with ${prefix} before it`,
      );
  }

  async function begin(actor: Actor, asked: RehearsalPost): Promise<NewRehearsalDocument> {
    const id = newId();
    const prefix = `~${id}~`;
    refuseNow(asked, prefix);
    const { launch = null, opensInSeconds = 0, minutes, reason } = asked;
    const row: RehearsalRow = {
      ...{ id, prefix, launch, opensAt: launch === null ? null : iso(opensInSeconds * 1_000) },
      ...{ revision: config.active().number, startedAt: iso(), expiresAt: iso(minutes * 60_000) },
      ...{ by: actor.name, endedAt: null, verdict: null, passedAt: null, endedEarly: null },
      ...{ configuration: configurationOf(config), isDisturbed: false },
    };
    const header = await key.sign(row);
    const { serial } = data.transaction(() => {
      table.add(row, reason);
      const { opensAt, revision, expiresAt } = row;
      const entry = { actor: actor.name, action: 'rehearsal.begin', subject: launch ?? id, reason };
      auditLog.append({ ...entry, before: null, after: { id, launch, opensAt, revision, expiresAt } });
      return publish();
    });
    await taken.wait(serial);
    const { revision, opensAt, startedAt, expiresAt, by } = row;
    return { id, prefix, launch, opensAt, revision, startedAt, expiresAt, by, header };
  }

  function named(id: string): RehearsalRow {
    const row = table.get(id);
    if (row === undefined) throw new AdminError('HG_NOT_THERE', `there is no rehearsal ${id}`);
    return row;
  }

  function end(actor: Actor, id: string, reason: string): void {
    const { launch, endedAt, expiresAt } = named(id);
    const at = iso();
    if (endedAt !== null || expiresAt <= at) return;
    data.transaction(() => {
      table.end(id, at);
      const entry = { actor: actor.name, action: 'rehearsal.end', subject: launch ?? id, reason };
      auditLog.append({ ...entry, before: { id }, after: { endedAt: at } });
      publish();
    });
  }

  function report(actor: Actor, id: string, handedIn: Report): RehearsalDocument {
    const row = named(id);
    if (row.verdict !== null)
      throw new AdminError('HG_CONFLICT', `the report of rehearsal ${id} came already`);
    if (handedIn.revision !== row.revision)
      throw new AdminError(
        'HG_CONFLICT',
        `the report is of revision ${handedIn.revision}, and rehearsal ${id} began by revision ${row.revision}`,
      );
    const isSame = !row.isDisturbed && row.configuration === configurationOf(config);
    const passedAt = hasPassed(handedIn) && isSame ? iso() : null;
    data.transaction(() => {
      table.keepReport(id, handedIn, { passedAt, isDisturbed: !isSame });
      const { verdict } = handedIn;
      const entry = {
        actor: actor.name,
        action: 'rehearsal.report',
        subject: row.launch ?? id,
        reason: null,
      };
      auditLog.append({ ...entry, before: { id }, after: { verdict, passedAt, revision: row.revision } });
    });
    return documentOf(named(id));
  }

  const documentOf = (row: RehearsalRow): RehearsalDocument => {
    const { configuration: _, isDisturbed: __, endedEarly: ___, ...told } = row;
    const isLive = row.endedAt === null && row.expiresAt > iso();
    return { ...told, state: isLive ? 'live' : 'over' };
  };

  return {
    list: () => table.list().map(documentOf),
    get: (id) => ({ ...documentOf(named(id)), report: table.report(id) }),
    ...{ begin, end, report },
  };
}

/** A check that nobody saw has not held, whatever verdict stands over it; and without checks nothing was shown. */
function hasPassed({ verdict, checks, endedEarly = null }: Report): boolean {
  const allHeld = checks.length > 0 && checks.every(({ held }) => held === true);
  return verdict === 'held' && endedEarly === null && allHeld;
}

function publishedOf({ id, prefix, launch, opensAt, startedAt, expiresAt }: RehearsalRow) {
  return { id, prefix, launch, opensAt, startedAt, expiresAt };
}
