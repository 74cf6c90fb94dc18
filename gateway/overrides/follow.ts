/** Follows the folder of overrides: obeys within a second what was written or lifted there, and says in this gateway's slot what it obeys. */
import type { Clock } from '../clock.ts';
import type { Log } from '../observe/logger.ts';
import type { Overrides } from '../request/overrides.ts';
import { writeAcknowledgement } from './acknowledgement.ts';
import { createAnnouncer } from './announce.ts';
import { createInForce } from './in-force.ts';
import { readOverrides, removeOverride, type StoredOverride } from './override-file.ts';

/** Rooms that an override opens to everybody. */
export interface Bypasses {
  /** Whether the room's requests go by unjudged now; each true answer counts one. */
  letsBy(room: string): boolean;
}

export interface FollowedOverrides extends Overrides, Bypasses {
  of(room: string): StoredOverride | undefined;
  /** Resolves when what stands in the folder is obeyed. */
  start(isKnown: (room: string) => boolean): Promise<void>;
  stop(): Promise<void>;
}

export interface FollowParts {
  /** `<data>/overrides`; it need not be there. */
  folder: string;
  /** Of this gateway process. */
  slotFolder: string;
  clock: Clock;
  log: Log;
  /** How often it looks. */
  pollMs?: number;
}

const POLL_MS = 1_000;

export function followOverrides(parts: FollowParts): FollowedOverrides {
  const { folder, slotFolder, clock, log, pollMs = POLL_MS } = parts;
  const inForce = createInForce(clock);
  const announcer = createAnnouncer(clock, log);
  let isKnown = (_room: string) => true;
  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void> = Promise.resolve();
  let isStopped = false;
  let acknowledged: string | null = null;

  async function poll(): Promise<void> {
    try {
      const found = await readOverrides(folder);
      const changes = inForce.see(found);
      announcer.damaged(found.damaged);
      announcer.changed(changes);
      for (const { override, why } of changes.ended) if (why === 'over') await remove(override);
      for (const override of changes.over) await remove(override);
    } catch (error) {
      log.sample(
        'overrides',
        'error',
        () => ({ folder, error: String(error) }),
        'the folder of overrides cannot be read or cleared',
      );
    }
    announcer.remind(inForce.all());
    await acknowledge();
  }

  /** A newer one that is written between this look and the removal goes with it, unheard: its command says so after 3 s. */
  async function remove({ room, id }: StoredOverride): Promise<void> {
    const present = (await readOverrides(folder)).overrides.find((override) => override.room === room);
    if (present?.id === id) await removeOverride(folder, room);
  }

  async function acknowledge(): Promise<void> {
    const obeyed = inForce.all().map(({ room, id }) => ({ room, id, isKnown: isKnown(room) }));
    const text = JSON.stringify(obeyed);
    if (text === acknowledged) return;
    try {
      await writeAcknowledgement(slotFolder, obeyed);
      acknowledged = text;
    } catch (error) {
      const facts = () => ({ folder: slotFolder, error: String(error) });
      log.sample('overrides', 'error', facts, 'overrides are obeyed, but cannot be acknowledged');
    }
  }

  const schedule = () => {
    if (isStopped) return;
    timer = setTimeout(() => {
      polling = poll().finally(schedule);
    }, pollMs).unref();
  };

  return {
    of: inForce.of,
    all: inForce.all,
    letsBy(room) {
      if (inForce.of(room)?.action !== 'bypass') return false;
      announcer.count(room);
      return true;
    },
    async start(knows) {
      isKnown = knows;
      await poll();
      schedule();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await polling;
    },
  };
}
