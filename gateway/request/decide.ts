/** Decides what becomes of a request for a room, from the room's view and what the visitor holds. Pure: nothing is taken or spent here. */
import type { RoomView } from '../line/words.ts';
import type { Asker, Standing } from './standing.ts';
import type { Ticket } from './token-claims.ts';

export type Step =
  /** Inside: forward. */
  | 'forward'
  /** Called: turn the ticket into a session. */
  | 'claim'
  /** A filled form goes ahead of the line, within the reserve. */
  | 'submit'
  /** Take a number; a quiet room admits in the same call. */
  | 'join'
  /** Forward without a number, within the room's allowance. */
  | 'allow'
  /** Tell the visitor where things stand. */
  | 'wait'
  /** A token under a key that this gateway lacks: keep it, ask again. */
  | 'keep';

export interface Asked {
  view: RoomView;
  standing: Standing;
  asker: Asker;
  /** The token came in a header: any request claims, not only navigations and form posts. */
  byHeader: boolean;
  /** Somebody who was here before a rule moved the address into this room. */
  wasHereBefore: boolean;
}

export function decide(asked: Asked): Step {
  const { view, standing, asker } = asked;
  if (standing.kind === 'unknown-key') return 'keep';
  if (view.operatorState === 'offline')
    return standing.kind === 'none' && asker === 'navigation' ? 'join' : 'wait';
  if (standing.kind === 'inside') return 'forward';
  if (standing.kind === 'ticket') return decideTicket(asked, standing.ticket, standing.lapsedId);
  if (asker === 'navigation') return 'join';
  if (asker === 'form' && (standing.kind === 'lapsed' || asked.wasHereBefore)) return 'submit';
  return numberless(view);
}

function decideTicket(asked: Asked, ticket: Ticket, lapsedId: string | null): Step {
  const { view, asker, byHeader } = asked;
  const mayClaim = byHeader || asker !== 'other';
  if (mayClaim && isCalled(view, ticket)) return 'claim';
  if (asker === 'form' && lapsedId !== null) return 'submit';
  return mayClaim ? 'wait' : numberless(view);
}

/** A ticket from a line that knew more than this view is worth asking the store about. */
export function isCalled(view: RoomView, ticket: Ticket): boolean {
  if (ticket.provisional !== null || CALLING_NOBODY.has(view.state)) return false;
  if (ticket.epoch !== view.epoch) return true;
  const serving = view.lanes[ticket.lane]?.serving ?? 0;
  return ticket.number <= Math.max(serving, ticket.serving);
}

const CALLING_NOBODY: ReadonlySet<RoomView['state']> = new Set(['prequeue', 'paused', 'held', 'ended']);

/** While nobody waits an idle site serves its posts, programs and probes as if the gate were not there. */
function numberless(view: RoomView): Step {
  return view.state === 'open' ? 'allow' : 'wait';
}
