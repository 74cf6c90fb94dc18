/**
 * Gives an invitation its place: a number in its lane, for a ticket whose id is the invitation's. However often it is
 * presented, at however many gateways at once, the line makes one session of that ticket and no other; a gateway gives it
 * one number.
 */
import { LRUCache } from 'lru-cache';
import type { ClaimAnswer, RoomView } from '../line/words.ts';
import type { Store } from '../store/store.ts';
import type { InvitationVerdict } from './invitations.ts';
import type { Joined, Joins } from './joins.ts';
import type { Places } from './places.ts';
import type { LiveRoom, Rooms } from './rooms.ts';
import type { Ticket } from './token-claims.ts';

export type Invited = Extract<InvitationVerdict, { kind: 'invited' }>;

export type InvitedPlace =
  | { kind: 'closed'; state: 'soldout' | 'ended'; view: RoomView }
  /** `answer`: what the line says of the ticket now. */
  | {
      kind: 'taken';
      ticket: Ticket;
      answer: Extract<ClaimAnswer, { kind: 'admitted' | 'waiting' | 'retry' }>;
    }
  /** Its place has had its turn. */
  | { kind: 'used' };

export interface InvitedParts {
  joins: Pick<Joins, 'take'>;
  places: Pick<Places, 'newTicket' | 'afterOpening'>;
  rooms: Pick<Rooms, 'view'>;
  store: Pick<Store, 'claim' | 'leave'>;
  newId(): string;
}

export type InvitedPlaces = ReturnType<typeof createInvitedPlaces>;

/** Invitations whose number this gateway remembers; a forgotten one that comes again is given another. */
const REMEMBERED = 20_000;

/** Rejects with StoreLost. */
export function createInvitedPlaces({ joins, places, rooms, store, newId }: InvitedParts) {
  const given = new LRUCache<string, Joined & { kind: 'joined' }>({ max: REMEMBERED });
  const underWay = new Map<string, Promise<Joined>>();

  async function newNumber(room: LiveRoom, { lane, ticketId }: Invited): Promise<Joined> {
    // Under an id of its own: a join asks nobody whether this ticket was spent, a claim does.
    const joined = await joins.take(room.name, lane, newId());
    if (joined.kind === 'closed') return joined;
    if (joined.session) await store.leave(room.name, joined.session.id, 'unspent');
    given.set(ticketId, joined);
    return joined;
  }

  function numberOf(room: LiveRoom, invited: Invited): Joined | Promise<Joined> {
    const { ticketId } = invited;
    const known = given.get(ticketId);
    const { state, epoch } = rooms.view(room);
    // A line that takes nobody says so itself, and gives no number.
    const isClosed = state === 'ended' || (state === 'soldout' && !room.settings.waitingList);
    if (known && epoch <= known.epoch && !isClosed) return known;
    const coming =
      underWay.get(ticketId) ?? newNumber(room, invited).finally(() => underWay.delete(ticketId));
    underWay.set(ticketId, coming);
    return coming;
  }

  return async (room: LiveRoom, invited: Invited): Promise<InvitedPlace> => {
    const joined = await numberOf(room, invited);
    if (joined.kind === 'closed') return joined;
    const view = rooms.view(room);
    const place = places.newTicket(room, { ...joined, id: invited.ticketId, view });
    const ticket = places.afterOpening(place, view);
    const answer = await store.claim(room.name, ticket);
    if (answer.kind === 'used' || answer.kind === 'void') return { kind: 'used' };
    return { kind: 'taken', ticket, answer };
  };
}
