/** Batches of invitations on the disk, without the invitations: who made how many for what, and which were revoked. */
import type { ControlData } from '../data/words.ts';
import type { BatchDocument } from './words.ts';

export interface BatchTable {
  add(batch: BatchDocument): void;
  get(id: string): BatchDocument | undefined;
  /** Newest first. */
  list(): BatchDocument[];
  revoke(id: string, at: string): void;
  /** How many have not expired. */
  live(now: string): number;
  /** Ids of those that are revoked and would else be good. */
  revoked(now: string): string[];
}

const MOST_LISTED = 10_000;

const TABLE = `CREATE TABLE IF NOT EXISTS invitations (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  room TEXT NOT NULL,
  lane TEXT NOT NULL,
  count INTEGER NOT NULL,
  expires_at TEXT NOT NULL,
  note TEXT,
  made_by TEXT NOT NULL,
  at TEXT NOT NULL,
  revoked_at TEXT
) STRICT`;

export function createBatchTable(data: ControlData): BatchTable {
  data.define(TABLE);
  const { db } = data;
  const insert = db.prepare(
    'INSERT INTO invitations (id, room, lane, count, expires_at, note, made_by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const one = db.prepare('SELECT * FROM invitations WHERE id = ?');
  const all = db.prepare('SELECT * FROM invitations ORDER BY number DESC LIMIT ?');
  const revoke = db.prepare('UPDATE invitations SET revoked_at = ? WHERE id = ?');
  const live = db.prepare('SELECT count(*) AS batches FROM invitations WHERE expires_at > ?');
  const revoked = db.prepare(
    'SELECT id FROM invitations WHERE revoked_at IS NOT NULL AND expires_at > ? ORDER BY number',
  );
  return {
    add: ({ id, room, lane, count, expiresAt, note, by, at }) =>
      void insert.run(id, room, lane, count, expiresAt, note, by, at),
    get: (id) => one.all(id).map(batchFrom)[0],
    list: () => all.all(MOST_LISTED).map(batchFrom),
    revoke: (id, at) => void revoke.run(at, id),
    live: (now) => Number(live.get(now)?.batches),
    revoked: (now) => revoked.all(now).map(({ id }) => String(id)),
  };
}

function batchFrom(row: Record<string, unknown>): BatchDocument {
  const { id, room, lane, expires_at, note, made_by, at, revoked_at } = row as Record<string, string>;
  return {
    ...{ id: id as string, room: room as string, lane: lane as string, count: Number(row.count) },
    ...{ expiresAt: expires_at as string, note: note ?? null, by: made_by as string, at: at as string },
    revokedAt: revoked_at ?? null,
  };
}
