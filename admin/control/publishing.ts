/** Keeps the link holding what this admin process made: publishes each change, publishes again what the link lost, and takes over a newer document of an earlier life. */
import { randomUUID } from 'node:crypto';
import type { ControlLink } from '../../gateway/control/link.ts';
import type { Published } from '../../gateway/control/words.ts';
import { AdminError } from '../errors.ts';
import type { AdminLog } from '../log.ts';
import type { Publisher } from './publisher.ts';
import { createRounds } from './rounds.ts';

export interface Publishing {
  /** Throws AdminError HG_ADMIN_RUNNING where another admin process holds the link; one that cannot be reached is no hindrance for long. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Looks at the link once; twice a second while started, and after each change. */
  round(): Promise<void>;
  /** Which other admin process holds the link: nothing that is changed here reaches a gateway then. Null: none that is known of. */
  heldBy(): string | null;
  /** Whether the last look at the link went well. */
  isLinked(): boolean;
}

export interface PublishingParts {
  publisher: Publisher;
  link: ControlLink;
  log: AdminLog;
  /** Makes what an earlier life published this one's own; called before any change is published. */
  adopt(document: Published): void;
  /** For the operator of a second admin process: host and process. */
  name: string;
  roundMs?: number;
  /** How long a killed predecessor’s hold is waited for. */
  patienceMs?: number;
}

const ROUND_MS = 500;
const LEASE_MS = 5_000;
/** An admin process that was killed holds the link for so long. */
const PATIENCE_MS = LEASE_MS + 1_000;
/** Who holds a link that does not answer is not known: one answer that is late must not make a second admin process. */
const UNREACHED_MS = 2_000;

export function createPublishing(parts: PublishingParts): Publishing {
  const { publisher, link, log, name, patienceMs = PATIENCE_MS } = parts;
  const holder = `${name} ${randomUUID().slice(0, 8)}`;
  let isLinked = true;
  /** Whether what stands in the link was seen since this process began. */
  let hasSeen = false;
  let heldBy: string | null = null;
  let hasHeld = false;

  /** Beside another one it is usual not to be the admin process; to be it no more is not. */
  function sayHeld(by: string): void {
    if (hasHeld) log.say('error', { by }, 'another admin process has taken over: nothing is published');
    else log.say('info', { by }, 'another admin process is there; it is waited for a moment');
  }

  async function hold(): Promise<boolean> {
    const answer = await link.holdAdmin(holder, LEASE_MS);
    const by = answer.kind === 'taken' ? answer.by : null;
    if (by !== null && by !== heldBy) sayHeld(by);
    hasHeld ||= by === null;
    heldBy = by;
    return by === null;
  }

  async function agree(): Promise<void> {
    const own = publisher.current();
    const mark = await link.publishedMark();
    if (mark?.serial !== own.serial || mark.at !== own.at) await settle(own);
    hasSeen = true;
    // The link lost what gateways still obey, and our own disk is older than that.
    if (publisher.highestHeard() > publisher.current().serial) publisher.outbid(publisher.highestHeard());
  }

  /** Something else stands there, something older, or nothing. */
  async function settle(own: Published): Promise<void> {
    const there = await link.published(own.serial - 1);
    if (there === null) {
      if (own.active.number > 0) await link.publish(own);
    } else if (there.serial > own.serial && !hasSeen) parts.adopt(there);
    else if (there.serial > own.serial || there.at !== own.at) outbid(there);
  }

  function outbid(there: Published): void {
    log.say('error', { serial: there.serial, at: there.at }, 'somebody else published: it is replaced');
    publisher.outbid(there.serial);
  }

  async function round(): Promise<void> {
    try {
      if (await hold()) await agree();
      if (!isLinked) log.say('info', {}, 'the link to the gateways is back');
      isLinked = true;
    } catch (error) {
      if (isLinked) log.say('warn', { error: String(error) }, 'the link to the gateways cannot be reached');
      isLinked = false;
    }
  }

  async function takeOver(): Promise<void> {
    const lookMs = Math.min(parts.roundMs ?? ROUND_MS, ROUND_MS);
    for (let waitedMs = 0; ; waitedMs += lookMs) {
      await round();
      if (heldBy === null && (isLinked || waitedMs >= Math.min(patienceMs, UNREACHED_MS))) return;
      if (heldBy !== null && waitedMs >= patienceMs)
        throw new AdminError('HG_ADMIN_RUNNING', `${heldBy} is the admin process of these gateways`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  const rounds = createRounds(round, parts.roundMs ?? ROUND_MS);
  publisher.onChange(rounds.soon);
  return {
    round,
    heldBy: () => heldBy,
    isLinked: () => isLinked && heldBy === null,
    async start() {
      await takeOver();
      rounds.start();
    },
    async stop() {
      await rounds.stop();
      await link.releaseAdmin(holder).catch(() => {});
    },
  };
}
