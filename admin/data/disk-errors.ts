/** Tells apart what SQLite says: a disk that takes nothing, a file that is damaged, or a fault of ours. */
import { AdminError } from '../errors.ts';

/** Primary result codes, https://sqlite.org/rescode.html */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const WORDS = new Map([
  [3, 'may not be used by this user'],
  [5, 'is held by another process'],
  [6, 'is held by another process'],
  [8, 'is read-only'],
  [10, 'cannot be read or written'],
  [CORRUPT, 'is damaged'],
  [13, 'has no room left on its disk'],
  [14, 'cannot be opened'],
  [NOT_A_DATABASE, 'is no database'],
]);

/** Null: not SQLite's. */
function primaryCode(error: unknown): number | null {
  const { errcode } = error as { errcode?: unknown };
  return error instanceof Error && typeof errcode === 'number' ? errcode & 0xff : null;
}

export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** What the disk did, in a few words; null: the disk is not to blame. */
export function diskFault(error: unknown): string | null {
  const code = primaryCode(error);
  return (code !== null && WORDS.get(code)) || null;
}

/** The disk's faults as HG_CONTROL_UNWRITABLE; anything else as it came. */
export function asAdminError(error: unknown): unknown {
  const fault = diskFault(error);
  if (fault === null) return error;
  return new AdminError('HG_CONTROL_UNWRITABLE', `the admin’s data file ${fault}; nothing was changed`, {
    cause: error,
  });
}
