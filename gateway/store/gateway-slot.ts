/** Several gateway processes share one data folder: each has a folder of its own in it, and the same id again after a restart. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadgateError } from '../errors.ts';
import { lockHolder, takeLock } from './lock-file.ts';

export interface GatewaySlot {
  /** Stays the folder's, whoever takes it. */
  id: string;
  folder: string;
  release(): void;
}

export interface LiveSlot {
  id: string;
  folder: string;
  pid: number;
}

const MOST_SLOTS = 64;
const ID = /^[a-z0-9]{8,32}$/;
const ID_BYTES = 6;

/**
 * Takes the first free of `<data>/gateways/1 … 64`; a kill -9 frees it too. Process ids tell who lives: containers
 * that see different processes must not share a data folder.
 * Throws HG_DATA_UNWRITABLE where the folder cannot be written or 64 processes use it.
 */
export function takeSlot(dataPath: string): GatewaySlot {
  for (let slot = 1; slot <= MOST_SLOTS; slot += 1) {
    const folder = slotFolder(dataPath, slot);
    const taken = tryFolder(folder);
    if (taken) return taken;
  }
  throw new HeadgateError(
    'HG_DATA_UNWRITABLE',
    `HEADGATE_DATA: ${dataPath} is in use by ${MOST_SLOTS} gateway processes already; stop one, or set HEADGATE_DATA to another folder`,
  );
}

/** The gateway processes that live on this data folder now. */
export function liveSlots(dataPath: string): LiveSlot[] {
  const live: LiveSlot[] = [];
  for (let slot = 1; slot <= MOST_SLOTS; slot += 1) {
    const folder = slotFolder(dataPath, slot);
    const pid = lockHolder(lockPath(folder));
    const id = pid === null ? null : readId(folder);
    if (pid !== null && id !== null) live.push({ id, folder, pid });
  }
  return live;
}

function slotFolder(dataPath: string, slot: number): string {
  return join(dataPath, 'gateways', String(slot));
}

function lockPath(folder: string): string {
  return join(folder, 'gateway.lock');
}

function tryFolder(folder: string): GatewaySlot | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = takeLock(lockPath(folder));
    if (lock.kind === 'held') return null;
    return { id: readId(folder) ?? makeId(folder), folder, release: lock.release };
  } catch (cause) {
    throw new HeadgateError(
      'HG_DATA_UNWRITABLE',
      `HEADGATE_DATA: ${folder} must be a folder that can be written, or this gateway would forget what it knows (${(cause as Error).message}); set HEADGATE_DATA to another folder`,
      { cause },
    );
  }
}

function readId(folder: string): string | null {
  try {
    const id = readFileSync(join(folder, 'id'), 'utf8').trim();
    return ID.test(id) ? id : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** On the disk, whole, before anybody hears of it: a power cut must not make two ids of one gateway. */
function makeId(folder: string): string {
  const id = randomBytes(ID_BYTES).toString('hex');
  const part = join(folder, 'id.part');
  writeFileSync(part, `${id}\n`, { mode: 0o600, flush: true });
  renameSync(part, join(folder, 'id'));
  return id;
}
