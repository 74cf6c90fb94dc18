/** Brings the admin process up beside the gateways, or alone: there is one for a deployment, and gateways run without it. */
import { hostname } from 'node:os';
import { systemClock } from './clock.ts';
import type { AdminProcess, AdminStart, StartAdmin } from './control/admin-process.ts';
import type { ControlLink } from './control/link.ts';
import { createMemoryLink } from './control/memory-link.ts';
import { openControlLink } from './control/open-link.ts';
import { HeadgateError } from './errors.ts';
import { createLog, type Log } from './observe/logger.ts';

export interface OpenedAdmin {
  /** Null: not up yet, or another admin process runs. */
  admin(): AdminProcess | null;
  log: Log;
  /** For a gateway of this process; null: gateways meet it in the store. */
  link: ControlLink | null;
  close(): Promise<void>;
}

export interface AdminParts extends Pick<AdminStart, 'loaded' | 'file' | 'env'> {
  startAdmin: StartAdmin;
  /** Without gateways in this process. */
  isAlone: boolean;
}

/** Whether somebody else is the admin process is looked at by holding that right for a moment. */
const LOOK_MS = 0;

/**
 * Beside a gateway it is not waited for where another admin process runs, did a moment ago, or where nobody can tell: visitors come first.
 * Throws what `startAdmin` throws.
 */
export async function openAdmin(parts: AdminParts): Promise<OpenedAdmin> {
  const { loaded, isAlone, startAdmin, ...rest } = parts;
  const log = createLog({ ...loaded.settings.log, facts: { part: 'admin' } }, systemClock);
  const { link, close } = await openLink(parts, log);
  let admin: AdminProcess | null = null;
  const name = `${hostname()} process ${process.pid}`;
  const start = async () => {
    admin = await startAdmin({ ...rest, loaded, link, name, isAlone, clock: systemClock, log });
  };
  const sayWithout = (error: unknown) =>
    log.say('warn', { error: String(error) }, 'this gateway runs without an admin process of its own');
  const look = await link.holdAdmin(name, LOOK_MS).catch(() => null);
  const starting =
    !isAlone && look?.kind !== 'held'
      ? start().catch(sayWithout)
      : await start().catch(async (error) => {
          if (!isAlone && isBearable(error, loaded)) return sayWithout(error);
          await close();
          throw error;
        });
  return {
    admin: () => admin,
    log,
    link: loaded.settings.store.kind === 'embedded' ? link : null,
    async close() {
      await starting;
      await admin?.close();
      await close();
      log.close();
    },
  };
}

/** Visitors come first; but a second gateway on the folder of an embedded store is refused before it touches anything there. */
function isBearable({ code }: { code?: unknown }, { settings }: AdminStart['loaded']): boolean {
  return code === 'HG_CONTROL_UNWRITABLE' || (code === 'HG_ADMIN_RUNNING' && settings.store.kind === 'redis');
}

async function openLink({ loaded, isAlone }: AdminParts, log: Log) {
  const { store } = loaded.settings;
  if (store.kind === 'redis') return openControlLink(store, log, !isAlone);
  if (isAlone) throw new HeadgateError('HG_CONFIG', EMBEDDED_ALONE);
  return { link: createMemoryLink(systemClock), close: async () => {} };
}

const EMBEDDED_ALONE =
  'store.kind: embedded lives in the process of the one gateway, so the admin process cannot run alone; run "headgate start", or use Redis';
