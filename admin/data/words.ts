/** The admin process's own data, in SQLite on its disk. Types only. */
import type { DatabaseSync } from 'node:sqlite';

export interface ControlData {
  readonly db: DatabaseSync;
  /** Makes what is missing; statements are `CREATE … IF NOT EXISTS`. Each part defines its own tables when it is created. */
  define(statements: string): void;
  /**
   * Runs `change` whole or not at all; nests. Throws AdminError HG_CONTROL_UNWRITABLE (507) where the disk takes nothing,
   * and what `change` threw.
   */
  transaction<T>(change: () => T): T;
  /** Runs `task` once the change around it is on the disk, and never where that is undone; at once outside of a change. */
  afterCommit(task: () => void): void;
  /** Whether the last write could be made; why not. */
  health(): { writable: true } | { writable: false; why: string };
  close(): void;
}
