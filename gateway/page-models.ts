/** What a page is told: of a room and a place in it, or of trouble outside of any line. */
import type { Maintenance } from '../config/settings.ts';
import type { Exchange } from './exchange.ts';
import type { RoomView } from './line/words.ts';
import type { Message, PageKind, PageModel } from './page/words.ts';
import type { Tell } from './request/admission.ts';
import { isByInvitation } from './request/invitations.ts';
import type { Place } from './request/places.ts';
import type { LiveRoom } from './request/rooms.ts';

/** Pages that do not reload by themselves: nothing will be different, or what was typed would be lost. */
const STILL: ReadonlySet<PageKind> = new Set<PageKind>(['ended', 'too-many-places', 'not-sent', 'refused']);

/** A page whose platform did not answer asks again after this long. */
const RETRY_SECONDS = 5;

export function roomModel(
  exchange: Exchange,
  facts: {
    room: LiveRoom;
    view: RoomView;
    told: Tell;
    place: Place | null;
    kind: PageKind;
    status: number;
    retryAfterSeconds: number;
    prefix: string;
    messages: readonly Message[];
    detail: string;
    proof: string | null;
    maintenance: Maintenance | null;
  },
): PageModel {
  const { room, view, told, place, kind } = facts;
  return {
    ...plainModel(exchange, facts, room),
    kind,
    number: place?.number ?? null,
    hasPlace: place !== null,
    lane: laneShown(told),
    invitation: invitationOf(told),
    // Called before the store was lost: 0 would say that it is their turn.
    position: kind === 'held' && place?.position === 0 ? null : (place?.position ?? null),
    startPosition: place?.startPosition ?? null,
    expectedWait: place?.expectedWait ?? null,
    pollAfterSeconds: STILL.has(kind) ? null : facts.retryAfterSeconds,
    opensAt: opening(view),
    now: new Date(view.at),
    state: told.state === 'called' || told.state === 'refused' ? told.state : view.state,
    drawCommitment: view.draw?.commitment ?? null,
    maintenanceText: kind === 'maintenance' ? (facts.maintenance?.text ?? null) : null,
    detail: kind === 'refused' ? facts.detail : null,
    heldRooms: told.heldRooms,
    proof: facts.proof,
  };
}

function laneShown({ ticket }: Tell): string | null {
  return ticket === null || ticket.lane === 'default' ? null : ticket.lane;
}

function invitationOf({ ticket, isInvitationRefused }: Tell): PageModel['invitation'] {
  if (ticket !== null && isByInvitation(ticket.id)) return 'invited';
  return isInvitationRefused ? 'refused' : null;
}

/** A room that is closed by an operator, or for maintenance, opens when that is over, whatever its launch says. */
function opening({ state, stateUntil, opensAt }: RoomView): Date | null {
  const at = state === 'paused' || state === 'offline' ? stateUntil : opensAt;
  return at === null ? null : new Date(at);
}

export function plainModel(
  exchange: Exchange,
  facts: {
    kind: PageKind;
    status: number;
    prefix: string;
    messages: readonly Message[];
    detail: string | null;
    retryAfterSeconds?: number | undefined;
  },
  room: LiveRoom | undefined,
): PageModel {
  return {
    kind: facts.kind,
    room: exchange.room,
    page: room?.settings.page ?? null,
    prefix: facts.prefix,
    number: null,
    hasPlace: false,
    lane: null,
    invitation: null,
    position: null,
    startPosition: null,
    expectedWait: null,
    pollAfterSeconds: canAskAgain(exchange, facts.kind) ? (facts.retryAfterSeconds ?? RETRY_SECONDS) : null,
    opensAt: null,
    now: new Date(),
    state: facts.kind === 'failed' ? 'failed' : 'refused',
    messages: facts.messages,
    requestId: exchange.id,
    drawCommitment: null,
    maintenanceText: null,
    target: exchange.judged.target,
    status: facts.status,
    detail: facts.detail,
    heldRooms: [],
    proof: null,
  };
}

/** A post is never repeated by a page: it may have taken effect, and what was typed is a step back. */
function canAskAgain({ judged }: Exchange, kind: PageKind): boolean {
  return (kind === 'failed' || kind === 'held' || kind === 'busy') && judged.method === 'GET';
}
