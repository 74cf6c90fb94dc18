/** Brings the admin process up beside the gateways, or alone: there is one for a deployment, and gateways run without it. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock } from './clock.ts';
import type { AdminProcess, AdminStart, StartAdmin } from './control/admin-process.ts';
import type { ControlLink } from './control/link.ts';
import { createMemoryLink } from './control/memory-link.ts';
import { openControlLink } from './control/open-link.ts';
import { HeadgateError } from './errors.ts';
import { createLog, type Log } from './observe/logger.ts';

export interface OpenedAdmin {
  admin: AdminProcess;
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

/** A holder that is gone is forgotten after so long. */
const LEASE_MS = 5_000;

/** Null: another admin process runs, and the gateway goes on without one of its own. Throws what `startAdmin` throws. */
export async function openAdmin(parts: AdminParts): Promise<OpenedAdmin | null> {
  const { loaded, isAlone, startAdmin, ...rest } = parts;
  const { settings } = loaded;
  const log = createLog({ ...settings.log, facts: { part: 'admin' } }, systemClock);
  const { link, close } = await openLink(parts, log);
  const holder = `${hostname()} process ${process.pid} ${randomBytes(4).toString('hex')}`;
  try {
    const held = await link.holdAdmin(holder, LEASE_MS).catch(() => ({ kind: 'held' }) as const);
    if (held.kind === 'held') {
      const admin = await startAdmin({ ...rest, loaded, link, holder, clock: systemClock, log });
      const shut = async () => {
        await admin.close();
        await close();
        log.close();
      };
      return { admin, log, link: settings.store.kind === 'embedded' ? link : null, close: shut };
    }
    if (isAlone) throw new HeadgateError('HG_ADMIN_RUNNING', `another admin process runs: ${held.by}`);
    log.say(
      'warn',
      { by: held.by },
      'another admin process runs for this store: the gateway runs without one',
    );
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return null;
}

async function openLink({ loaded, isAlone }: AdminParts, log: Log) {
  const { store } = loaded.settings;
  if (store.kind === 'redis') return openControlLink(store, log, !isAlone);
  if (isAlone) throw new HeadgateError('HG_CONFIG', EMBEDDED_ALONE);
  return { link: createMemoryLink(systemClock), close: async () => {} };
}

const EMBEDDED_ALONE =
  'store.kind: embedded lives in the process of the one gateway, so the admin process cannot run alone; run "headgate start", or use Redis';
