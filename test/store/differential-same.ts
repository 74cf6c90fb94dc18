/** Whether two answers or two rooms are the same, and if not, where they part. */
import type { Room, Session } from '../../gateway/line/room.ts';

/** The first place at which they differ, with both values; null: they are the same. An absent field is not null. */
export function difference(a: unknown, b: unknown, path = ''): string | null {
  if (a === b) return null;
  const isNested = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null;
  if (!isNested || Array.isArray(a) !== Array.isArray(b)) return `${path}: ${show(a)} is not ${show(b)}`;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[key], right[key], `${path}.${key}`);
    if (found) return found;
  }
  return null;
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 300) ?? 'undefined';
}

/** As plain data, without what is derived and without the order of what has none. */
export function comparable(room: Room | null): unknown {
  if (!room) return null;
  const { leaseEnds, lapsedEnds, claimedEnds, returnersByNumber, ...kept } = room;
  return {
    ...kept,
    gateways: [...room.gateways],
    provisional: [...room.provisional],
    claimed: Object.fromEntries(room.claimed),
    returners: Object.fromEntries(room.returners),
    sessions: byId(room.sessions),
    lapsed: byId(room.lapsed),
  };
}

function byId(sessions: ReadonlyMap<string, Session>): unknown {
  const facts = ({ queuedUntil, ...kept }: Session) => kept;
  return Object.fromEntries([...sessions].map(([id, session]) => [id, facts(session)]));
}
