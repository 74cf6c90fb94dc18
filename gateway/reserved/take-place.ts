/** Takes an ordinary place for a newcomer who asks for one: at its price, as the store says, and where that is lost as this gateway can. */
import type { RoomView } from '../line/words.ts';
import type { NewcomerWatch } from '../request/admit.ts';
import type { Joins } from '../request/joins.ts';
import { givePlace } from '../request/outage-admit.ts';
import type { Outages } from '../request/outages.ts';
import type { Places } from '../request/places.ts';
import type { Price } from '../request/price/price.ts';
import type { LiveRoom, Rooms } from '../request/rooms.ts';
import type { Ticket } from '../request/token-claims.ts';
import { StoreLost } from '../store/store.ts';

export interface TakePlaceParts {
  rooms: Rooms;
  outages: Outages;
  joins: Joins;
  places: Places;
  price: Pick<Price, 'ask'>;
  protection: Pick<NewcomerWatch, 'newcomer'>;
  newId(): string;
}

export type Taken =
  | { kind: 'taken'; ticket: Ticket; view: RoomView }
  | { kind: 'closed'; state: 'soldout' | 'ended' }
  | { kind: 'priced'; retryMs: number };

export function createTakePlace(parts: TakePlaceParts): (room: LiveRoom, address: string) => Promise<Taken> {
  const { rooms, outages, places } = parts;

  async function take(room: LiveRoom, address: string): Promise<Taken> {
    await outages.of(room.name)?.returning;
    if (!outages.of(room.name)) {
      try {
        return await placeFromStore(room, address);
      } catch (error) {
        if (!(error instanceof StoreLost)) throw error;
      }
    }
    const outage = outages.begin(room.name);
    if (!outage) throw new StoreLost(`nothing is known of room ${room.name}`);
    const { state } = rooms.view(room);
    if (state === 'ended' || state === 'soldout') return { kind: 'closed', state };
    const ticket = givePlace(parts, outage, room, 'default', parts.newId());
    return { kind: 'taken', ticket, view: rooms.view(room) };
  }

  async function placeFromStore(room: LiveRoom, address: string): Promise<Taken> {
    const priced = parts.price.ask(room, address);
    if (priced.kind === 'refused') return { kind: 'priced', retryMs: priced.retryMs };
    parts.protection.newcomer(room, null);
    const joined = await parts.joins.take(room.name, priced.lane ?? 'default', parts.newId());
    if (joined.kind === 'closed') return joined;
    return { kind: 'taken', ticket: places.newTicket(room, joined), view: outages.seen(joined.view) };
  }

  return take;
}
