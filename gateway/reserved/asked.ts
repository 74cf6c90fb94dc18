/** Who asks under a room's reserved paths, and what the visitor holds there. */
import { LRUCache } from 'lru-cache';
import type { Settings } from '../../config/settings.ts';
import type { Exchange } from '../exchange.ts';
import type { RoomView } from '../line/words.ts';
import type { KeyRing } from '../request/keys.ts';
import { bindDigest } from '../request/passes.ts';
import type { Places } from '../request/places.ts';
import type { LiveRoom, Rooms } from '../request/rooms.ts';
import { type Carried, carriedTokens, type Standing, type StandingReader } from '../request/standing.ts';

export interface AskedParts {
  settings: Settings;
  rooms: Rooms;
  places: Places;
  ring: KeyRing;
  standing: StandingReader;
  leavers: Leavers;
}

export interface Asked {
  exchange: Exchange;
  room: LiveRoom;
  view: RoomView;
  carried: Carried;
  standing: Standing;
  /** What a new pass is bound to. */
  bind: string | null;
}

/** Tickets given up here lately: their holders are told that they have none. */
const REMEMBERED_LEAVERS = 10_000;

export type Leavers = Pick<LRUCache<string, true>, 'has' | 'set'>;

export const createLeavers = (): Leavers => new LRUCache<string, true>({ max: REMEMBERED_LEAVERS });

export function createAsk(parts: AskedParts) {
  const { settings, rooms, places, leavers } = parts;

  return async function ask(exchange: Exchange, room: LiveRoom): Promise<Asked> {
    const { request, judged } = exchange;
    exchange.room = room.name;
    exchange.label = room.label;
    const view = rooms.view(room);
    const carried = carriedTokens(request.headers, room.name, settings.cookies.prefix);
    const bind = bindDigest(
      settings.passes.bind,
      parts.ring.set,
      request.headers['user-agent'],
      judged.clientAddress,
    );
    const read = await parts.standing.read(room, view, carried, bind);
    const isGone = read.kind === 'ticket' && leavers.has(read.ticket.id);
    const standing: Standing = isGone
      ? { kind: 'none' }
      : read.kind === 'ticket'
        ? { ...read, ticket: places.afterOpening(read.ticket, view) }
        : read;
    return { exchange, room, view, carried, standing, bind };
  };
}
