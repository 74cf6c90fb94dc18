/** Admits by this gateway's own word while the store is lost: by the room's `onStoreLoss`, or by an operator's limit; who must wait keeps a place. */
import type { RoomView } from '../line/words.ts';
import type { Admission, Tell } from './admission.ts';
import type { AdmitAsk } from './admit.ts';
import type { Begin } from './admit-begin.ts';
import { type TellView, tell } from './admit-tell.ts';
import type { HeldPlaces } from './held-places.ts';
import type { Leases } from './leases.ts';
import type { Outage } from './outage.ts';
import type { Outages } from './outages.ts';
import type { Owed } from './owed.ts';
import type { Places } from './places.ts';
import type { LiveRoom, Rooms } from './rooms.ts';
import type { Standing } from './standing.ts';
import type { Ticket } from './token-claims.ts';
import type { Tokens } from './tokens.ts';

export interface OutageAdmitParts {
  outages: Outages;
  owed: Owed;
  rooms: Rooms;
  leases: Leases;
  places: Places;
  tokens: Tokens;
  held: HeldPlaces;
  begin: Begin;
  tellView: TellView;
  newId(): string;
}

type Ticketed = Standing & { kind: 'ticket' };

/** The steps that else ask the store, in its stead. */
export function createOutageAdmit(parts: OutageAdmitParts) {
  const { outages, rooms, leases, tokens, tellView } = parts;

  function enter(
    ask: AdmitAsk,
    outage: Outage,
    id: string,
    ticket: Ticket | null,
    dropRooms: readonly string[] = [],
  ): Promise<Admission> {
    const view = rooms.view(ask.room);
    const session = outages.enter(outage, id, view.at, ticket);
    // Its number was not called by the line: the pass must not prove that it was.
    const place = { id, lane: ticket?.lane ?? laneOf(ask), epoch: view.epoch, number: 0 };
    return parts.begin(ask, view, place, session, { isNew: true, dropRooms });
  }

  async function claim(ask: AdmitAsk, outage: Outage, { ticket }: Ticketed): Promise<Admission> {
    const known = leases.get(ask.room.name, ticket.id);
    if (known) {
      const isNew = outage.leases.get(ticket.id)?.isNew ?? false;
      return parts.begin(ask, rooms.view(ask.room), isNew ? { ...ticket, number: 0 } : ticket, known, {
        isNew,
      });
    }
    const hasLeft = parts.owed.hasLeft(ask.room.name, ticket.id);
    if (!hasLeft && outages.mayHolderEnter(outage, ticket)) return enter(ask, outage, ticket.id, ticket);
    return tellView(ask, rooms.view(ask.room), hasLeft ? null : ticket);
  }

  /** A new session, whatever the lapsed one was called: that one has had its turn in the store. */
  async function submit(ask: AdmitAsk, outage: Outage): Promise<Admission> {
    if (outages.mayFormEnter(outage)) return enter(ask, outage, parts.newId(), null);
    return tellView(ask, rooms.view(ask.room), ask.standing.kind === 'ticket' ? ask.standing.ticket : null);
  }

  async function join(ask: AdmitAsk, outage: Outage): Promise<Admission> {
    const space = await parts.held.makeSpace(ask.cookie, ask.room.name);
    if (space.kind === 'ask')
      return tell(ask, { state: 'refused', code: 'HG_TOO_MANY_PLACES', heldRooms: space.choices });
    if (outages.mayNewcomerEnter(outage)) return enter(ask, outage, parts.newId(), null, space.drop);
    const view = rooms.view(ask.room);
    if (isOver(view)) return tellView(ask, view, null);
    const id = ask.invited?.kind === 'invited' ? ask.invited.ticketId : parts.newId();
    const ticket = givePlace(parts, outage, ask.room, laneOf(ask), id);
    // It waits from now on: whoever comes next stands behind it.
    outages.mayHolderEnter(outage, ticket);
    const told: Tell = tellView(ask, rooms.view(ask.room), ticket);
    return { ...told, issue: tokens.signTicket(ticket), dropRooms: space.drop };
  }

  return { claim, submit, join };
}

/** Nobody can join any more. */
export function isOver({ state }: RoomView): boolean {
  return state === 'soldout' || state === 'ended';
}

export function givePlace(
  { outages, places, rooms }: { outages: Outages; places: Places; rooms: Rooms },
  outage: Outage,
  room: LiveRoom,
  lane: string,
  id: string,
): Ticket {
  const { gateway } = outages;
  const k = outages.nextPlace(outage, lane);
  return places.newProvisional(room, { id, lane, k, gateway, outage: outage.id, view: rooms.view(room) });
}

/** As the line would: an unknown lane is the default one. */
function laneOf({ classified, room, invited }: AdmitAsk): string {
  if (invited?.kind === 'invited') return invited.lane;
  return Object.hasOwn(room.settings.lanes, classified.lane) ? classified.lane : 'default';
}
