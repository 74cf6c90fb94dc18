/**
 * Gives an invitation its place: a number in its lane, for a ticket whose id is the invitation's. However often it is
 * presented, at however many gateways at once, the line makes one session of that ticket and no other.
 */
import type { ClaimAnswer, RoomView } from '../line/words.ts';
import type { Store } from '../store/store.ts';
import type { InvitationVerdict } from './invitations.ts';
import type { Joins } from './joins.ts';
import type { Places } from './places.ts';
import type { LiveRoom } from './rooms.ts';
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
  places: Pick<Places, 'newTicket'>;
  store: Pick<Store, 'claim' | 'leave'>;
  newId(): string;
}

export type InvitedPlaces = ReturnType<typeof createInvitedPlaces>;

/** Rejects with StoreLost. */
export function createInvitedPlaces({ joins, places, store, newId }: InvitedParts) {
  return async (room: LiveRoom, { lane, ticketId }: Invited): Promise<InvitedPlace> => {
    // Under an id of its own: a join asks nobody whether this ticket was spent, a claim does.
    const joined = await joins.take(room.name, lane, newId());
    if (joined.kind === 'closed') return joined;
    if (joined.session) await store.leave(room.name, joined.session.id, 'unspent');
    const ticket = places.newTicket(room, { ...joined, id: ticketId });
    const answer = await store.claim(room.name, ticket);
    if (answer.kind === 'used' || answer.kind === 'void') return { kind: 'used' };
    return { kind: 'taken', ticket, answer };
  };
}
