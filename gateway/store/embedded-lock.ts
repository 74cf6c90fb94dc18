/** One process a data folder: a lock file names its owner, and a lock whose owner has died is taken over. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadgateError } from '../errors.ts';

interface Owner {
  pid: number;
  /** Clock ticks after boot at which the process started, and the boot; null where the system tells neither. A pid alone is given again. */
  started: string | null;
}

export interface FolderLock {
  release(): void;
}

/** Throws HG_DATA_UNWRITABLE where another process that lives holds the folder. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'store.lock');
  const text = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Owner);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (createOnly(path, text)) return { release: () => releaseOwn(path, text) };
    const held = readOr(path, '');
    const owner = ownerIn(held);
    if (owner && isAlive(owner)) throw refusal(folder, owner.pid);
    setAside(folder, path, held);
  }
  throw refusal(folder, ownerIn(readOr(path, ''))?.pid ?? null);
}

function createOnly(path: string, text: string): boolean {
  const own = `${path}.${process.pid}`;
  try {
    // Written first and linked then: nobody ever reads a lock that is half written.
    writeFileSync(own, text, { mode: 0o600 });
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves a dead owner's lock away. Where another process was faster and the lock is its own already, it is put back. */
function setAside(folder: string, path: string, stale: string): void {
  const aside = join(folder, `store.lock.stale-${process.pid}`);
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function releaseOwn(path: string, text: string): void {
  if (readOr(path, '') === text) rmSync(path, { force: true });
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return started === null || now === null || started === now;
}

/** Field 22 of /proc/<pid>/stat, counted behind the name, which may hold blanks and brackets. */
function startOf(pid: number): string | null {
  const stat = readOr(`/proc/${pid}/stat`, '');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const boot = readOr('/proc/sys/kernel/random/boot_id', '').trim();
  return ticks ? `${boot}/${ticks}` : null;
}

function ownerIn(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return Number.isInteger(owner?.pid) ? { pid: owner?.pid ?? 0, started: owner?.started ?? null } : null;
  } catch {
    return null;
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

function refusal(folder: string, pid: number | null): HeadgateError {
  return new HeadgateError(
    'HG_DATA_UNWRITABLE',
    `store.path: ${folder} is in use by process ${pid ?? 'unknown'}; one gateway a folder: stop it, or set HEADGATE_DATA to another folder`,
  );
}
