/** At most eight rooms' cookies a visitor: what is ended or expired goes first, a live place is never dropped. */

import { type HeldRoom, MOST_ROOMS, type RoomForAnother, readGateCookies, roomsToDrop } from './cookies.ts';
import type { Leases } from './leases.ts';
import type { Rooms } from './rooms.ts';
import type { Tokens } from './tokens.ts';

export interface HeldPlaces {
  /** What must go so that one more room's cookies fit. */
  makeSpace(cookie: string | undefined, room: string): Promise<RoomForAnother>;
}

const FITS: RoomForAnother = { kind: 'fits', drop: [] };

export function createHeldPlaces(parts: {
  cookiePrefix: string;
  tokens: Tokens;
  rooms: Rooms;
  leases: Leases;
}): HeldPlaces {
  const stateOf = async (
    room: string,
    ticket: string | undefined,
    pass: string | undefined,
  ): Promise<HeldRoom['state']> => {
    const live = parts.rooms.get(room);
    if (!live) return 'expired';
    const view = parts.rooms.view(live);
    if (view.state === 'ended') return 'ended';
    const byPass = pass === undefined ? null : await parts.tokens.verifyPass(pass, room, view.at);
    if (byPass?.kind === 'valid' && parts.leases.get(room, byPass.id)) return 'inside';
    const byTicket = ticket === undefined ? null : await parts.tokens.verifyTicket(ticket, room, view.at);
    const isLive =
      byTicket?.kind === 'unknown-key' || (byTicket?.kind === 'valid' && byTicket.epoch >= view.epoch);
    return isLive ? 'waiting' : 'expired';
  };

  return {
    async makeSpace(cookie, room) {
      if (cookie === undefined) return FITS;
      const { tickets, passes } = readGateCookies(cookie, parts.cookiePrefix);
      const names = new Set([...tickets.keys(), ...passes.keys()]);
      names.delete(room);
      if (names.size < MOST_ROOMS) return FITS;
      const held = [...names].map(async (name) => ({
        room: name,
        state: await stateOf(name, tickets.get(name), passes.get(name)),
      }));
      return roomsToDrop(await Promise.all(held));
    },
  };
}
