/** What an invitation changes for its holder: the lane of the place, and nothing else. One that is worth nothing costs nobody a place. */
import type { Admission } from './admission.ts';
import type { AdmitAsk, NewcomerWatch } from './admit.ts';
import type { Begin } from './admit-begin.ts';
import type { TellView } from './admit-tell.ts';
import { isCalled } from './decide.ts';
import type { Invitations } from './invitations.ts';
import type { Invited, InvitedPlaces } from './invited-places.ts';
import type { Outages } from './outages.ts';
import type { OwnLimit } from './own-limit.ts';
import type { Rooms } from './rooms.ts';
import type { Standing } from './standing.ts';
import type { Tokens } from './tokens.ts';

export interface AdmitInvitedParts {
  invitations: Pick<Invitations, 'read'>;
  invitedPlace: InvitedPlaces;
  rooms: Pick<Rooms, 'view'>;
  ownLimit: OwnLimit;
  outages: Pick<Outages, 'seen'>;
  tokens: Pick<Tokens, 'signTicket'>;
  protection: Pick<NewcomerWatch, 'newcomer'>;
  begin: Begin;
  tellView: TellView;
}

/** Where this gateway's own limit is reached: asked again then. */
const LIMIT_RETRY_MS = 5_000;

export function createAdmitInvited(parts: AdmitInvitedParts) {
  const { invitations, rooms, begin, tellView } = parts;

  /** The place that the invitation stands for is taken instead of an ordinary one, unless that one's turn has come. */
  function heldBeside(ask: AdmitAsk, { ticketId }: Invited): Standing {
    const { standing } = ask;
    if (standing.kind !== 'ticket' || standing.ticket.id === ticketId) return standing;
    return isCalled(rooms.view(ask.room), standing.ticket) ? standing : { kind: 'none' };
  }

  async function read(ask: AdmitAsk, token: string): Promise<AdmitAsk> {
    const { name, settings } = ask.room;
    const here = { name, lanes: settings.lanes };
    const invited = await invitations.read(token, here, rooms.view(ask.room).at);
    if (invited.kind === 'refused') return { ...ask, invited };
    return { ...ask, invited, standing: heldBeside(ask, invited) };
  }

  /** Null: its place has had its turn. */
  async function join(
    ask: AdmitAsk,
    invited: Invited,
    dropRooms: readonly string[],
  ): Promise<Admission | null> {
    parts.protection.newcomer(ask.room, ask.classified.upstream);
    const place = await parts.invitedPlace(ask.room, invited);
    if (place.kind === 'used') return null;
    if (place.kind === 'closed') return tellView(ask, place.view, null);
    const { ticket, answer } = place;
    if (answer.kind === 'admitted' && parts.ownLimit.hasSlot(ask.room.name))
      return begin(ask, answer.view, ticket, answer.session, { dropRooms });
    const retryMs = { waiting: null, admitted: LIMIT_RETRY_MS, retry: LIMIT_RETRY_MS }[answer.kind];
    const told = tellView(ask, parts.outages.seen(answer.view), ticket, retryMs);
    return { ...told, issue: parts.tokens.signTicket(ticket), dropRooms };
  }

  return { read, join };
}
