/** Changes of rooms that end at a time: what each value was before, kept on the disk until then. */
import type { ControlData } from '../data/words.ts';
import type { RoomValues } from './room-config.ts';

/** `key`: of the configuration (`limits.sessions`), or `seats`. */
export interface Revert {
  room: string;
  key: string;
  before: unknown;
  /** What it was changed to: a value that somebody changed again since is left alone. */
  value: unknown;
  /** Epoch ms. */
  untilMs: number;
  by: string;
  reason: string;
}

export interface Reverts {
  /** Within the change itself. Values without an end are no longer put back; those that have one keep what they were at first. */
  plan(change: PlannedChange): void;
  /** As the rows were before a change that came to nothing. */
  put(room: string, keys: readonly string[], rows: readonly Revert[]): void;
  of(room: string): Revert[];
  due(nowMs: number): Revert[];
  drop(room: string, keys: readonly string[]): void;
}

export interface PlannedChange extends Pick<Revert, 'room' | 'by' | 'reason'> {
  before: RoomValues;
  values: RoomValues;
  /** Null: the change stays. */
  untilMs: number | null;
}

const TABLE = `CREATE TABLE IF NOT EXISTS room_reverts (
  room TEXT NOT NULL,
  key TEXT NOT NULL,
  before TEXT NOT NULL,
  value TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (room, key)
) STRICT`;

export function createReverts(data: ControlData): Reverts {
  data.define(TABLE);
  const { db } = data;
  const insert = db.prepare('INSERT OR REPLACE INTO room_reverts VALUES (?, ?, ?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM room_reverts WHERE room = ? AND key = ?');
  const ofRoom = db.prepare('SELECT * FROM room_reverts WHERE room = ?');
  const upTo = db.prepare('SELECT * FROM room_reverts WHERE until_ms <= ? ORDER BY room, key');

  const write = ({ room, key, before, value, untilMs, by, reason }: Revert) =>
    insert.run(room, key, JSON.stringify(before), JSON.stringify(value), untilMs, by, reason);
  const of = (room: string) => ofRoom.all(room).map(revertFrom);
  const drop = (room: string, keys: readonly string[]) => {
    for (const key of keys) remove.run(room, key);
  };

  return {
    of,
    drop,
    due: (nowMs) => upTo.all(nowMs).map(revertFrom),
    plan({ room, before, values, untilMs, by, reason }) {
      const planned = new Map(of(room).map((revert) => [revert.key, revert]));
      drop(room, Object.keys(values));
      if (untilMs === null) return;
      for (const [key, value] of Object.entries(values)) {
        const first = planned.get(key);
        write({ room, key, before: first ? first.before : before[key], value, untilMs, by, reason });
      }
    },
    put(room, keys, rows) {
      drop(room, keys);
      for (const row of rows) if (keys.includes(row.key)) write(row);
    },
  };
}

function revertFrom(row: Record<string, unknown>): Revert {
  const { room, key, before, value, until_ms, changed_by, reason } = row as Record<string, string>;
  return {
    ...{ room: room as string, key: key as string, reason: reason as string, by: changed_by as string },
    before: JSON.parse(before as string) as unknown,
    value: JSON.parse(value as string) as unknown,
    untilMs: Number(until_ms),
  };
}
