/** Changes that are made whole or not at all, one within another. */
import type { DatabaseSync } from 'node:sqlite';
import { diskFault } from './disk-errors.ts';

export interface Transactions {
  run<T>(change: () => T): T;
  afterCommit(task: () => void): void;
}

export function createTransactions(db: DatabaseSync): Transactions {
  let depth = 0;
  let waiting: (() => void)[] = [];
  /** A disk's fault may have undone all of it: who caught it must not go on as if half of it stood. */
  let failure: { error: unknown } | null = null;

  const outermost = <T>(change: () => T): T => {
    failure = null;
    waiting = [];
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      // Set by a change within this one.
      const broken = failure as { error: unknown } | null;
      if (broken) throw broken.error;
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      waiting = [];
      throw error;
    }
  };

  const within = <T>(change: () => T): T => {
    const point = `change_${depth}`;
    const tasks = waiting.length;
    db.exec(`SAVEPOINT ${point}`);
    try {
      const result = change();
      if (failure) throw failure.error;
      db.exec(`RELEASE ${point}`);
      return result;
    } catch (error) {
      waiting.length = tasks;
      if (diskFault(error) !== null) failure ??= { error };
      if (failure === null) db.exec(`ROLLBACK TO ${point}; RELEASE ${point}`);
      // A full disk ends the whole transaction: what follows must have one around it, to be undone with.
      else if (!db.isTransaction) db.exec('BEGIN');
      throw error;
    }
  };

  return {
    run(change) {
      depth += 1;
      try {
        return depth === 1 ? outermost(change) : within(change);
      } finally {
        depth -= 1;
        if (depth === 0) for (const task of waiting.splice(0)) task();
      }
    },
    afterCommit(task) {
      if (depth === 0) task();
      else waiting.push(task);
    },
  };
}
