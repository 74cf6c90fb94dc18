/** Opens the admin process's own data: on the disk when a change returns, readable by its owner alone, and put aside where it is damaged. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../gateway/clock.ts';
import { AdminError } from '../errors.ts';
import type { AdminLog } from '../log.ts';
import { asAdminError, isDamage } from './disk-errors.ts';
import { createTransactions } from './transactions.ts';
import type { ControlData } from './words.ts';

export interface OpenedData extends ControlData {
  /** The file was damaged, stands under another name now, and everything in it is missing here; null: it was sound. */
  recovered: { putAside: string; why: string } | null;
}

/** How long a change waits for one of another process: the command line makes tokens beside a running admin process. */
const BUSY_MS = 2_000;

const BESIDE = ['', '-wal', '-shm'];

/** The file of a data folder. */
export function controlFile(dataPath: string): string {
  return join(dataPath, 'admin', 'control.sqlite');
}

/** Throws AdminError HG_CONTROL_UNWRITABLE where the disk takes nothing. */
export function openControlData(file: string, clock: Pick<Clock, 'wallMs'>, log: AdminLog): OpenedData {
  try {
    prepareFile(file);
    const { db, recovered } = openSound(file, clock);
    if (recovered) log.say('error', recovered, 'the admin’s data were damaged and begin anew');
    return { ...asControlData(db), recovered };
  } catch (error) {
    throw unopened(file, error);
  }
}

function asControlData(db: DatabaseSync): ControlData {
  const { run, afterCommit } = createTransactions(db);
  let why: string | null = null;
  const write = <T>(change: () => T): T => {
    try {
      const result = run(change);
      why = null;
      return result;
    } catch (error) {
      const told = asAdminError(error);
      if (told instanceof AdminError && told.code === 'HG_CONTROL_UNWRITABLE') why = told.message;
      throw told;
    }
  };
  return {
    db,
    define: (statements) => write(() => db.exec(statements)),
    transaction: write,
    afterCommit,
    health: () => (why === null ? { writable: true } : { writable: false, why }),
    close: () => db.close(),
  };
}

/** SQLite gives the files beside it the rights that the file itself has. */
function prepareFile(file: string): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  closeSync(openSync(file, 'a', 0o600));
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
}

function openSound(file: string, clock: Pick<Clock, 'wallMs'>): Pick<OpenedData, 'db' | 'recovered'> {
  try {
    return { db: openDatabase(file), recovered: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const putAside = putFileAside(file, clock.wallMs());
    prepareFile(file);
    return { db: openDatabase(file), recovered: { putAside, why: (error as Error).message } };
  }
}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    const { quick_check: verdict } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (verdict !== 'ok') throw Object.assign(new Error(verdict), { errcode: 11 });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function putFileAside(file: string, nowMs: number): string {
  const name = `${basename(file, '.sqlite')}.damaged-${nowMs}.sqlite`;
  const aside = join(dirname(file), name);
  for (const end of BESIDE) if (existsSync(file + end)) renameSync(file + end, aside + end);
  return aside;
}

function unopened(file: string, error: unknown): unknown {
  const told = asAdminError(error);
  if (told instanceof AdminError) return told;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code) || code.startsWith('ERR_')) return error;
  return new AdminError('HG_CONTROL_UNWRITABLE', `${file} cannot be opened (${code})`, { cause: error });
}
