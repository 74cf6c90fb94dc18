/** One process a data folder: a second one is refused while the first lives. */
import { join } from 'node:path';
import { HeadgateError } from '../errors.ts';
import { takeLock } from './lock-file.ts';

export interface FolderLock {
  release(): void;
}

/** Throws HG_DATA_UNWRITABLE where another process that lives holds the folder. */
export function lockFolder(folder: string): FolderLock {
  const answer = takeLock(join(folder, 'store.lock'));
  if (answer.kind === 'taken') return answer;
  throw new HeadgateError(
    'HG_DATA_UNWRITABLE',
    `store.path: ${folder} is in use by process ${answer.pid ?? 'unknown'}; one gateway a folder: stop it, or set HEADGATE_DATA to another folder`,
  );
}
