/** One process a lock file: it names its owner, and a lock whose owner has died (kill -9 too) is taken over by exactly one other. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

interface Owner {
  pid: number;
  /** Clock ticks after boot at which the process started, and the boot; null where the system tells neither. A pid alone is given again. */
  started: string | null;
}

export type LockAnswer =
  | { kind: 'taken'; release(): void }
  /** By a process that lives; null: it cannot be told by which. */
  | { kind: 'held'; pid: number | null };

const ATTEMPTS = 3;

/** Throws what the file system throws where the lock cannot be written. */
export function takeLock(path: string): LockAnswer {
  const text = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Owner);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (createOnly(path, text)) return taken(path, text);
    const held = readOr(path, '');
    const owner = ownerIn(held);
    if (owner && isAlive(owner)) return { kind: 'held', pid: owner.pid };
    if (takeOver(path, held, text)) return taken(path, text);
  }
  return { kind: 'held', pid: ownerIn(readOr(path, ''))?.pid ?? null };
}

/** The process that holds the lock and lives. */
export function lockHolder(path: string): number | null {
  const owner = ownerIn(readOr(path, ''));
  return owner && isAlive(owner) ? owner.pid : null;
}

function taken(path: string, text: string): LockAnswer {
  return {
    kind: 'taken',
    release() {
      if (readOr(path, '') === text) rmSync(path, { force: true });
    },
  };
}

function createOnly(path: string, text: string): boolean {
  const own = writeOwn(path, text);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Written first, and linked or renamed then: nobody ever reads a lock that is half written. */
function writeOwn(path: string, text: string): string {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, text, { mode: 0o600 });
  return own;
}

/**
 * Puts `text` in the place of a dead owner's lock. Several gateways that start after the same kill all find it dead: only the
 * holder of a second lock may replace it, and reads it again before, so that nobody replaces the one that was just put there.
 */
function takeOver(path: string, stale: string, text: string): boolean {
  const guard = `${path}.takeover`;
  if (!createOnly(guard, text)) {
    dropDeadGuard(guard);
    return false;
  }
  try {
    if (readOr(path, '') !== stale) return false;
    renameSync(writeOwn(path, text), path);
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Of one who died within the microseconds of a take-over. Two that drop it in the same moment may both go on: the race that is left. */
function dropDeadGuard(guard: string): void {
  const owner = ownerIn(readOr(guard, ''));
  if (!owner || !isAlive(owner)) rmSync(guard, { force: true });
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
