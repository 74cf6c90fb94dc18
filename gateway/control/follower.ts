/** Follows what the admin process publishes: takes each new revision or keeps the last known good, does each command once, and reports. */
import { setTimeout as sleep } from 'node:timers/promises';
import { compareConfigs, type Difference, type FileConfig } from '../../config/compare.ts';
import type { Config } from '../../config/schema.ts';
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../observe/logger.ts';
import type { ReportFigures } from '../observe/telemetry-metrics.ts';
import type { ReadConfig } from './carry-out.ts';
import type { Chosen } from './choose.ts';
import { type Commands, createCommands } from './commands.ts';
import { effective, meaningOf, revisionFor } from './effective.ts';
import type { FileWatch } from './file-watch.ts';
import type { LastKnownGood } from './last-known-good.ts';
import { createLastingTrouble } from './lasting-trouble.ts';
import type { ControlLink } from './link.ts';
import { type ShownMessage, shownMessages } from './messages.ts';
import { createReporter } from './reporter.ts';
import { createSignalMemory, type HeardSignal } from './signals.ts';
import type { Command, CommandAnswer, GatewayReport, Published, PublishedRehearsals } from './words.ts';

/** What a report says that the follower does not know by itself. */
export type ReportFacts = Omit<
  GatewayReport,
  'serial' | 'from' | 'refused' | 'fileDiffers' | 'fileError' | 'answers' | 'wallMs'
>;

export interface FollowerParts {
  link: ControlLink | null;
  disk: LastKnownGood;
  gateway: string;
  chosen: Chosen;
  folder: string;
  env: NodeJS.ProcessEnv;
  /** What holds from the start of the process. */
  running: Settings;
  fileWatch(active: () => Config): FileWatch;
  /** Takes other settings; rejects where it left everything as it was. */
  take(settings: Settings): Promise<void>;
  carryOut(command: Command, read: ReadConfig): Promise<CommandAnswer>;
  facts(): ReportFacts;
  /** Counted into. */
  reports: ReportFigures;
  clock: Clock;
  log: Log;
}

export interface Follower {
  start(): void;
  /** Says goodbye, so that this gateway is not taken for a dead one. */
  stop(): Promise<void>;
  /** Whether a file of this number rules: no document does, or one that nobody stands for any more and that is older. */
  obeysFile(revision: number): boolean;
  /** Whether the gateway runs what its file says, now or in a few seconds. */
  agreesWith(
    file: FileConfig,
  ): Promise<{ kind: 'agrees'; revision: number } | { kind: 'differs'; reason: string }>;
  messages(room: string | null): readonly ShownMessage[];
  /** What the platform says of itself. */
  signals(): readonly HeardSignal[];
  /** Whether operators revoked this batch of invitations. */
  isRevoked(batch: string): boolean;
  /** What is rehearsed at present; undefined: nothing ever was. */
  rehearsals(): PublishedRehearsals | undefined;
  /** The gateway took its own file. */
  tookFile(config: Config): void;
  /** Resolves when this revision, or a later one, is in force; with the reason where it was refused, or not seen for too long. */
  catchUp(revision: number): Promise<string | null>;
}

const POLL_MS = 500;
/** A link that answers no more does not keep the process from ending. */
const GOODBYE_MS = 1_000;
/** The admin process writes to the store what is on its own disk already. */
const CATCH_UP_MS = 5_000;
const CATCH_UP_LOOK_MS = 20;
/** Who reloads all at once has told the admin process, too. */
const AGREE_MS = 3_000;

export function createFollower(parts: FollowerParts): Follower {
  const { link, disk, gateway, log } = parts;
  let { document, from, refused, config } = parts.chosen;
  let meaning = document === null ? '' : meaningOf(document, gateway);
  const fileWatch = parts.fileWatch(() => config);
  const read: ReadConfig = (text) => {
    const outcome = effective({ number: config.revision, config: text }, document?.pins ?? [], parts);
    return outcome.kind === 'good' ? outcome.effective.settings : outcome;
  };
  const carryOut = (command: Command) => parts.carryOut(command, read);
  const commands: Commands = createCommands({ ...parts, carryOut }, () => reporter?.soon());
  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void> | null = null;
  const trouble = createLastingTrouble(log, 'control', {
    began: 'the admin process’s word cannot be read; the last known good stays in force',
    over: 'the admin process’s word can be read again',
  });
  const signals = createSignalMemory(parts.clock);
  // What was posted before this gateway began to look may be of any age.
  signals.see(document?.signals ?? [], Number.POSITIVE_INFINITY);
  let lookedMs = Number.NEGATIVE_INFINITY;
  const reporter = link === null ? null : createReporter({ link, make: report, figures: parts.reports, log });

  const keep = (good: Published) =>
    disk
      .write(good)
      .catch((error) =>
        log.sample(
          'control',
          'warn',
          () => ({ error: String(error) }),
          'the last known good configuration cannot be written to disk',
        ),
      );

  async function poll(present: ControlLink): Promise<void> {
    const askedMs = parts.clock.monotonicMs();
    const next = await present.published(document?.serial ?? 0);
    const unseenMs = parts.clock.monotonicMs() - lookedMs;
    lookedMs = askedMs;
    if (next === null) return;
    signals.see(next.signals ?? [], unseenMs);
    await follow(next);
    await commands.see(next.commands, present);
  }

  /** A document that changes nothing for this gateway is taken as it is; one that cannot be taken leaves all as it was. */
  async function follow(next: Published): Promise<void> {
    const nextMeaning = meaningOf(next, gateway);
    if (nextMeaning !== meaning) {
      const reason = await takeRevision(next);
      refused =
        reason === null ? null : { serial: next.serial, revision: revisionFor(next, gateway).number, reason };
    }
    const isOfSignals = document !== null && withoutSignals(document) === withoutSignals(next);
    document = next;
    if (refused === null) {
      meaning = nextMeaning;
      const wasPublished = from === 'published';
      from = 'published';
      // Signals are worth nothing after a restart, and may come each second.
      if (!(isOfSignals && wasPublished)) await keep(next);
    }
    if (!isOfSignals) reporter?.soon();
  }

  /** Null: it is in force; else why it is not. */
  async function takeRevision(next: Published): Promise<string | null> {
    const revision = revisionFor(next, gateway);
    const outcome = effective(revision, next.pins, parts);
    try {
      if (outcome.kind === 'wrong') throw new Error(outcome.reason);
      await parts.take(outcome.effective.settings);
      config = outcome.effective.config;
      log.say('info', { revision: revision.number, serial: next.serial }, 'revision in force');
      return null;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.say(
        'error',
        { revision: revision.number, reason },
        'revision refused, the one before stays in force',
      );
      return reason;
    }
  }

  function report(): GatewayReport {
    return {
      ...parts.facts(),
      ...{ serial: document?.serial ?? 0, from, refused, wallMs: parts.clock.wallMs() },
      ...{ fileDiffers: fileWatch.differs(), fileError: fileWatch.error(), answers: commands.answers() },
    };
  }

  const look = async (): Promise<void> => {
    if (link === null) return;
    polling ??= poll(link)
      .then(trouble.ended, trouble.happened)
      .finally(() => {
        polling = null;
      });
    await polling;
  };

  async function sayGoodbye(): Promise<void> {
    await polling;
    await reporter?.stop();
    await link?.forget(gateway).catch(() => undefined);
  }

  return {
    start() {
      fileWatch.start();
      // What it starts on must be here, too, when it starts again and nobody can be asked.
      if (document !== null && from === 'published') void keep(document);
      if (link === null) return;
      link.onPublish(() => void look());
      void look();
      reporter?.start();
      timer = setInterval(() => void look(), POLL_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      fileWatch.stop();
      const late = Promise.withResolvers<void>();
      const lateTimer = setTimeout(late.resolve, GOODBYE_MS);
      await Promise.race([sayGoodbye(), late.promise]);
      clearTimeout(lateTimer);
    },
    obeysFile: (revision) => document === null || (from === 'disk' && revision > document.active.number),
    async agreesWith(file) {
      const untilMs = parts.clock.monotonicMs() + AGREE_MS;
      for (;;) {
        await look();
        const [first] = compareConfigs(file, config);
        if (first === undefined) return { kind: 'agrees', revision: config.revision };
        if (parts.clock.monotonicMs() >= untilMs) return { kind: 'differs', reason: strayFile(first) };
        await sleep(POLL_MS);
      }
    },
    tookFile(taken) {
      config = taken;
    },
    async catchUp(revision) {
      const lateMs = parts.clock.monotonicMs() + CATCH_UP_MS;
      for (;;) {
        await polling;
        await look();
        if ((document?.active.number ?? 0) >= revision) return refused?.reason ?? null;
        if (parts.clock.monotonicMs() >= lateMs) return notSeen(revision);
        await sleep(CATCH_UP_LOOK_MS);
      }
    },
    messages: (room) => shownMessages(document?.messages ?? [], room),
    signals: signals.list,
    isRevoked: (batch) => document?.revokedInvitations?.includes(batch) === true,
    rehearsals: () => document?.rehearsals,
  };
}

function withoutSignals({ serial: _, at: __, signals: ___, ...rest }: Published): string {
  return JSON.stringify(rest);
}

function strayFile({ path, file, line }: Difference): string {
  return `the admin process says which revision is in force, and ${file}:${line} says otherwise of ${path}; reload the configuration there, or post it as a revision`;
}

const notSeen = (revision: number) =>
  `revision ${revision} is made, but was not seen in the store yet; it is taken as soon as it is there`;
