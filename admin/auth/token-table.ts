/** The tokens on disk: hashes of their secrets, what they may, and when they end. The command line writes to it beside a running admin process. */

import type { Clock } from '../../gateway/clock.ts';
import type { AuditLog } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { Role } from '../words.ts';
import { ROLES } from './roles.ts';
import { hashOfSecret, newToken } from './token-text.ts';
import type { TokenView } from './words.ts';

export interface NewToken {
  name: string;
  role: Role;
  /** Of an organiser; null for all others. */
  rooms: readonly string[] | null;
  /** Null: never. */
  expiresInHours: number | null;
  reason: string | null;
}

export interface TokenTable {
  /** Throws AdminError: HG_INVALID, HG_CONFLICT where the name is taken, HG_CONTROL_UNWRITABLE. The text is told here and never again. */
  add(token: NewToken, by: string): { view: TokenView; text: string };
  find(id: string): { view: TokenView; hash: Buffer } | null;
  isGood(view: TokenView): boolean;
  /** Newest first. */
  list(): TokenView[];
  /** False: there is none of this id. A revoked one stays revoked. */
  revoke(id: string, by: string, reason: string | null): boolean;
  /** Written at most once a minute. */
  noteUse(view: TokenView): void;
}

interface Row extends Omit<TokenView, 'rooms'> {
  rooms: string | null;
  hash: Uint8Array;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    rooms TEXT,
    hash BLOB NOT NULL,
    createdAt TEXT NOT NULL,
    createdBy TEXT NOT NULL,
    expiresAt TEXT,
    lastUsedAt TEXT,
    revokedAt TEXT
  ) STRICT;
`;

const HOUR_MS = 3_600_000;
const NOTE_EVERY_MS = 60_000;
/** The name of HEADGATE_ADMIN_TOKEN in the audit log. */
export const ENVIRONMENT_NAME = 'environment';
/** Of tokens that headgate makes by itself: nobody has configured those. */
export const MADE_BY_ITSELF = 'headgate';

export function createTokenTable(
  data: ControlData,
  clock: Pick<Clock, 'wallMs'>,
  audit: Pick<AuditLog, 'append'>,
): TokenTable {
  data.define(TABLE);
  const byId = data.db.prepare('SELECT * FROM tokens WHERE id = ?');
  const all = data.db.prepare('SELECT * FROM tokens ORDER BY createdAt DESC, id');
  const insert = data.db.prepare('INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)');
  const used = data.db.prepare('UPDATE tokens SET lastUsedAt = ? WHERE id = ?');
  const end = data.db.prepare('UPDATE tokens SET revokedAt = ? WHERE id = ?');

  const find = (id: string) => {
    const row = byId.get(id) as unknown as Row | undefined;
    return row ? { view: viewOf(row), hash: Buffer.from(row.hash) } : null;
  };
  const list = () => (all.all() as unknown as Row[]).map(viewOf);
  const isGood = (view: TokenView) =>
    view.revokedAt === null && (view.expiresAt === null || Date.parse(view.expiresAt) > clock.wallMs());

  const write = (view: TokenView, hash: Buffer, reason: string | null) => {
    const taken = list().some(({ name, ...other }) => name === view.name && isGood({ name, ...other }));
    if (taken || view.name === ENVIRONMENT_NAME)
      throw new AdminError('HG_CONFLICT', 'a token of this name is in use; names tell who did what');
    const { id, name, role, rooms, createdAt, createdBy, expiresAt } = view;
    insert.run(id, name, role, rooms && JSON.stringify(rooms), hash, createdAt, createdBy, expiresAt);
    audit.append({ ...changeOf('token.create', view, reason), before: null, after: view });
  };

  return {
    add(token, by) {
      refuseUnfit(token);
      const { id, secret, text } = newToken();
      const view = newView(token, id, by, clock.wallMs());
      data.transaction(() => write(view, hashOfSecret(secret), token.reason));
      return { view, text };
    },
    find,
    isGood,
    list,
    revoke: (id, by, reason) =>
      data.transaction(() => {
        const view = find(id)?.view;
        if (view === undefined) return false;
        if (view.revokedAt !== null) return true;
        const after = { ...view, revokedAt: iso(clock.wallMs()) };
        end.run(after.revokedAt, id);
        audit.append({ ...changeOf('token.revoke', view, reason), actor: by, before: view, after });
        return true;
      }),
    noteUse(view) {
      const now = clock.wallMs();
      if (view.lastUsedAt !== null && now - Date.parse(view.lastUsedAt) < NOTE_EVERY_MS) return;
      data.transaction(() => used.run(iso(now), view.id));
    },
  };
}

function changeOf(action: string, view: TokenView, reason: string | null) {
  return { actor: view.createdBy, action, subject: `token ${view.id} ${view.name}`, reason };
}

function newView(token: NewToken, id: string, by: string, nowMs: number): TokenView {
  const { name, role, rooms, expiresInHours } = token;
  const expiresAt = expiresInHours === null ? null : iso(nowMs + expiresInHours * HOUR_MS);
  const times = { createdAt: iso(nowMs), expiresAt, lastUsedAt: null, revokedAt: null };
  return { id, name, role, rooms, createdBy: by, ...times };
}

/** What the schema of the API cannot say, and the command line has no schema for. */
function refuseUnfit({ name, role, rooms, expiresInHours }: NewToken): void {
  if (!ROLES.includes(role)) throw unfit('role', `must be one of ${ROLES.join(', ')}`);
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) throw unfit('name', 'must be 1 to 100 printable characters');
  if (role === 'organiser' && !rooms?.length) throw unfit('rooms', 'must name the organiser’s rooms');
  if (role !== 'organiser' && rooms !== null)
    throw unfit('rooms', 'are for organisers; other roles have all');
  if (rooms?.some((room) => !/^[A-Za-z0-9_~-]{1,64}$/.test(room)))
    throw unfit('rooms', 'must be names of rooms: letters, digits, _, ~ and -');
  if (expiresInHours !== null && !(expiresInHours > 0 && expiresInHours <= MOST_HOURS))
    throw unfit('expiresInHours', `must be above 0 and at most ${MOST_HOURS}`);
}

/** Ten years. */
export const MOST_HOURS = 87_600;

function unfit(field: string, message: string): AdminError {
  const faults = [{ path: `/body/${field}`, message }];
  return new AdminError('HG_INVALID', `${field} ${message}`, { faults });
}

function viewOf({ hash: _hash, rooms, ...row }: Row): TokenView {
  return { ...row, rooms: rooms === null ? null : (JSON.parse(rooms) as string[]) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
