/** Exchanges a place in a later lane for one in the default lane, for a proof of work: the old place is given up, so that one stays one. */
import type { RoomView } from '../line/words.ts';
import type { Joins } from '../request/joins.ts';
import type { Outages } from '../request/outages.ts';
import type { Places } from '../request/places.ts';
import { isLaterLane } from '../request/price/lanes.ts';
import type { Proofs } from '../request/price/proof.ts';
import type { LiveRoom } from '../request/rooms.ts';
import type { Ticket } from '../request/token-claims.ts';
import type { Store } from '../store/store.ts';
import type { Leavers } from './asked.ts';

export interface ProvedParts {
  proofs: Pick<Proofs, 'accept'>;
  store: Store;
  joins: Joins;
  places: Places;
  outages: Pick<Outages, 'of' | 'seen'>;
  leavers: Leavers;
  newId(): string;
}

export type Proved = { ticket: Ticket; view: RoomView };

/** Null: there is nothing to exchange, the proof is not good, or nobody can join; the old place is as it was. */
export type ProvePlace = (
  room: LiveRoom,
  held: Ticket,
  proof: string | undefined,
  now: number,
) => Promise<Proved | null>;

export function createProvePlace(parts: ProvedParts): ProvePlace {
  const { proofs, store, joins, places, outages } = parts;

  return async (room, held, proof, now) => {
    if (proof === undefined || !isLaterLane(held.lane) || held.provisional !== null) return null;
    if (outages.of(room.name)) return null;
    if (!proofs.accept({ room: room.name, ticketId: held.id }, proof, now)) return null;
    const joined = await joins.take(room.name, 'default', parts.newId());
    if (joined.kind === 'closed') return null;
    // Another gateway may have taken the same proof: a place that is gone is exchanged for nothing.
    if (!(await store.leave(room.name, held.id, 'left', held))) {
      if (joined.session) await store.leave(room.name, joined.session.id, 'unspent');
      return null;
    }
    parts.leavers.set(held.id, true);
    return { ticket: places.newTicket(room, joined), view: outages.seen(joined.view) };
  };
}
