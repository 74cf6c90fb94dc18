/** The timeline of a span: entries and the figures of each minute, oldest first, bounded. */
import type { DatabaseSync } from 'node:sqlite';
import { hasTable, MOST_ENTRIES, readEntries } from './entries.ts';
import type { Minute, RoomMinute, Span, StateNow, Timeline } from './words.ts';

/** Lines of figures of rooms in one answer. */
const MOST_ROOM_LINES = 50_000;

export function readTimeline(db: DatabaseSync, span: Span): Timeline {
  const entries = readEntries(db, span);
  const rooms = roomMinutes(db, span);
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    room: span.room,
    truncated: entries.length >= MOST_ENTRIES || rooms.count >= MOST_ROOM_LINES,
    // The last ones: what led to the end is worth more.
    entries: entries.slice(-MOST_ENTRIES),
    minutes: minutes(db, span, rooms.byMinute),
  };
}

/** Null: none was written yet. */
export function readState(db: DatabaseSync): StateNow | null {
  if (!hasTable(db, 'timeline_state')) return null;
  const row = db.prepare('SELECT state FROM timeline_state').get();
  return row ? (JSON.parse(String(row.state)) as StateNow) : null;
}

function minutes(db: DatabaseSync, span: Span, rooms: ReadonlyMap<number, RoomMinute[]>): Minute[] {
  if (!hasTable(db, 'timeline_minutes')) return [];
  const rows = db
    .prepare('SELECT * FROM timeline_minutes WHERE atMs >= ? AND atMs <= ? ORDER BY atMs')
    .all(span.fromMs, span.toMs) as unknown as (Omit<Minute, 'at' | 'rooms'> & { atMs: number })[];
  return rows.map(({ atMs, ...figures }) => {
    const told = { at: new Date(atMs).toISOString(), ...figures, rooms: rooms.get(atMs) ?? [] };
    return span.rooms === null ? told : ofRoomsAlone(told);
  });
}

/** What the whole platform does is not an organiser's to see. */
function ofRoomsAlone(minute: Minute): Minute {
  const nothing = { requests: 0, forwarded: 0, failedShare: null, unqueuedShare: null };
  return { ...minute, ...nothing, findingsOpen: 0, driftOpen: 0, gateways: 0 };
}

function roomMinutes(db: DatabaseSync, span: Span) {
  const byMinute = new Map<number, RoomMinute[]>();
  if (!hasTable(db, 'timeline_rooms')) return { byMinute, count: 0 };
  const rows = db
    .prepare(
      `SELECT * FROM timeline_rooms WHERE atMs >= $from AND atMs <= $to AND ($room IS NULL OR room = $room)
         AND ($rooms IS NULL OR room IN (SELECT value FROM json_each($rooms)))
       ORDER BY atMs DESC, waiting + sessions DESC LIMIT $most`,
    )
    .all({
      $from: span.fromMs,
      $to: span.toMs,
      $room: span.room,
      $rooms: span.rooms === null ? null : JSON.stringify(span.rooms),
      $most: MOST_ROOM_LINES,
    }) as unknown as (RoomMinute & { atMs: number })[];
  for (const { atMs, ...figures } of rows) {
    const known = byMinute.get(atMs);
    if (known) known.push(figures);
    else byMinute.set(atMs, [figures]);
  }
  return { byMinute, count: rows.length };
}
