/** A program's place by an invitation: the header `headgate-invitation` names it, and the answer's header of the same name says what it was worth. */
import { headerOf } from '../answer.ts';
import type { RoomView } from '../line/words.ts';
import type { NewcomerWatch } from '../request/admit.ts';
import type { InvitationFlaw, Invitations } from '../request/invitations.ts';
import type { InvitedPlaces } from '../request/invited-places.ts';
import type { Ticket } from '../request/token-claims.ts';
import { StoreLost } from '../store/store.ts';
import type { Asked } from './asked.ts';

export interface InvitedPlaceParts {
  invitations: Pick<Invitations, 'read'>;
  invitedPlace: InvitedPlaces;
  protection: Pick<NewcomerWatch, 'newcomer'>;
}

type Taken =
  | { kind: 'taken'; ticket: Ticket; view: RoomView }
  | { kind: 'closed'; state: 'soldout' | 'ended' }
  /** An ordinary place is to be taken; `says`: null: nobody spoke of an invitation. */
  | { kind: 'ordinary'; says: InvitationFlaw | null };

export type TakeInvited = (asked: Asked) => Promise<Taken>;

/** While the store is lost an invitation is kept for later: the place is an ordinary one. */
export function createTakeInvited({ invitations, invitedPlace, protection }: InvitedPlaceParts): TakeInvited {
  return async ({ exchange, room, view }) => {
    const token = headerOf(exchange, 'headgate-invitation');
    if (token === undefined) return { kind: 'ordinary', says: null };
    const here = { name: room.name, lanes: room.settings.lanes };
    const invited = await invitations.read(token, here, view.at);
    if (invited.kind === 'refused') return { kind: 'ordinary', says: invited.why };
    protection.newcomer(room, null);
    try {
      const place = await invitedPlace(room, invited);
      if (place.kind === 'used') return { kind: 'ordinary', says: 'used' };
      return place.kind === 'closed' ? place : { ...place, view: place.answer.view };
    } catch (error) {
      if (!(error instanceof StoreLost)) throw error;
      return { kind: 'ordinary', says: null };
    }
  };
}

/** Told alongside the place. */
export function saysOfInvitation(taken: Taken): string[] {
  const says = taken.kind === 'ordinary' ? taken.says : 'accepted';
  return says === null ? [] : ['headgate-invitation', says];
}
