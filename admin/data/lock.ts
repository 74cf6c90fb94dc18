/** One admin process a data folder: a second one, refused or not by the store, must not write into the data of the first. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type LockAnswer, lockHolder, takeLock } from '../../gateway/store/lock-file.ts';
import { AdminError } from '../errors.ts';

export interface ControlLock {
  release(): void;
}

/** Throws AdminError HG_ADMIN_RUNNING where another process that lives holds the folder of the control file. */
export function lockControlData(file: string): ControlLock {
  const folder = dirname(file);
  const answer = tryLock(folder);
  if (answer.kind === 'taken') return answer;
  throw new AdminError(
    'HG_ADMIN_RUNNING',
    `process ${answer.pid ?? 'unknown'} is the admin process of ${folder}; stop it, or set HEADGATE_DATA to another folder`,
  );
}

/** A disk that takes nothing is no hindrance to reading: whoever opens the data tells of it. */
function tryLock(folder: string): LockAnswer {
  const path = join(folder, 'admin.lock');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return takeLock(path);
  } catch {
    const pid = lockHolder(path);
    return pid === null ? { kind: 'taken', release: () => {} } : { kind: 'held', pid };
  }
}
