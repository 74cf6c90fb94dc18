/** How often operators changed each room: part of its tag, so that of two who read the same only one changes it. */
import type { ControlData } from '../data/words.ts';

export interface ChangeCount {
  of(room: string): number;
  /** Within the change that it counts. */
  add(room: string): void;
}

const TABLE = `CREATE TABLE IF NOT EXISTS room_changes (
  room TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT`;

export function createChangeCount(data: ControlData): ChangeCount {
  data.define(TABLE);
  const select = data.db.prepare('SELECT count FROM room_changes WHERE room = ?');
  const raise = data.db.prepare(
    'INSERT INTO room_changes VALUES (?, 1) ON CONFLICT (room) DO UPDATE SET count = count + 1',
  );
  return {
    of: (room) => (select.get(room) as { count: number } | undefined)?.count ?? 0,
    add: (room) => void raise.run(room),
  };
}
