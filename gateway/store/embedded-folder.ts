/** The data folder: made where it is missing, held by one process, and a clear word where that cannot be. */
import { mkdirSync } from 'node:fs';
import { HeadgateError } from '../errors.ts';
import { type FolderLock, lockFolder } from './embedded-lock.ts';

/** Throws HG_DATA_UNWRITABLE where the folder cannot be made or written, or another process holds it. */
export function openFolder(folder: string): FolderLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return lockFolder(folder);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** What is thrown instead of `cause`: an error of ours says already what is wrong. */
export function unwritable(folder: string, cause: unknown): HeadgateError {
  if (cause instanceof HeadgateError) return cause;
  const rule = `store.path: ${folder} must be a folder that can be written, or places would be lost`;
  const message = `${rule} (${(cause as Error).message}); set HEADGATE_DATA to another folder`;
  return new HeadgateError('HG_DATA_UNWRITABLE', message, { cause });
}
