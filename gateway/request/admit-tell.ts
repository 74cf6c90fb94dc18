/** What a visitor who is not let in is told, with the ticket to hold from now on. */
import type { ErrorCode } from '../errors.ts';
import type { RoomView } from '../line/words.ts';
import type { GateState, Tell } from './admission.ts';
import type { AdmitAsk } from './admit.ts';
import type { Places } from './places.ts';
import type { Ticket } from './token-claims.ts';
import type { Tokens } from './tokens.ts';

export type TellView = (
  ask: AdmitAsk,
  view: RoomView,
  ticket: Ticket | null,
  retryMs?: number | null,
) => Tell;

/** Where things stand by the room's view. */
export function createTellView({ places, tokens }: { places: Places; tokens: Tokens }): TellView {
  return (ask, view, ticket, retryMs = null) => {
    const told = tell(ask, { ...standingOf(view, ticket, retryMs), ticket, retryMs });
    if (ticket === null || ask.standing.kind !== 'ticket') return told;
    const newer = places.newer(ticket, ask.standing.own, view);
    return newer ? { ...told, ticket: newer, issue: tokens.signTicket(newer) } : told;
  };
}

export function tell(ask: AdmitAsk, told: Pick<Tell, 'state' | 'code'> & Partial<Tell>): Tell {
  const code = ask.asker === 'form' && UNSENT.has(told.code) ? 'HG_NOT_SENT' : told.code;
  return {
    kind: 'tell',
    ticket: null,
    issue: null,
    retryMs: null,
    heldRooms: [],
    dropRooms: [],
    isInvitationRefused: ask.invited?.kind === 'refused',
    ...told,
    asker: ask.asker,
    code,
  };
}

/** Told to somebody who sent a form: first of all that it went nowhere. */
const UNSENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['HG_WAITING', 'HG_HELD', 'HG_STORE_LOST']);

const HELD = { state: 'held', code: 'HG_HELD' } as const;

const CLOSED: Partial<Record<RoomView['state'], { state: GateState; code: ErrorCode }>> = {
  prequeue: { state: 'prequeue', code: 'HG_PREQUEUE' },
  paused: { state: 'paused', code: 'HG_PAUSED' },
  offline: { state: 'offline', code: 'HG_OFFLINE' },
  held: HELD,
  soldout: { state: 'soldout', code: 'HG_SOLD_OUT' },
  ended: { state: 'ended', code: 'HG_ENDED' },
};

/** A called visitor whose slot is not free yet is still called: first at the next free slot. */
function standingOf(view: RoomView, ticket: Ticket | null, retryMs: number | null) {
  const closed = CLOSED[view.state];
  if (closed) return closed;
  // Not redeemed yet: the room goes on, this place cannot.
  if (ticket !== null && ticket.provisional !== null) return HELD;
  const isCalled = ticket !== null && retryMs !== null;
  return { state: isCalled ? 'called' : 'waiting', code: 'HG_WAITING' } as const;
}
