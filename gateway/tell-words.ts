/** What is said to somebody who is not let in: the sentence of a problem document, and when a closed room is worth asking again. */
import { maintenanceAt } from '../config/maintenance.ts';
import type { Maintenance } from '../config/settings.ts';
import { CATALOGUE } from './errors.ts';
import type { RoomView } from './line/words.ts';
import type { Tell } from './request/admission.ts';
import type { LiveRoom } from './request/rooms.ts';

/** An operator may reopen a room before its time: nobody stays away for longer without a look. */
const MOST_RETRY_SECONDS = 3_600;

/** When a room that an operator closed opens by itself; null: not known, or not closed. */
export function reopening({ code }: Tell, { stateUntil }: RoomView): number | null {
  return code === 'HG_OFFLINE' || code === 'HG_PAUSED' ? stateUntil : null;
}

/** A program that is told a time to come back need not ask all night. */
export function untilReopened(seconds: number, reopensAt: number | null, { at }: RoomView): number {
  if (reopensAt === null) return seconds;
  return Math.min(MOST_RETRY_SECONDS, Math.max(seconds, (reopensAt - at) / 1_000));
}

/** The maintenance that a paused line is paused for; null: an operator paused it, or nobody did. */
export function maintenanceOf({ settings }: LiveRoom, view: RoomView): Maintenance | null {
  if (view.state !== 'paused' || view.operatorState !== 'open') return null;
  return maintenanceAt(settings.maintenance, view.at);
}

/** A room that is held to a rate makes even the first to come wait. */
function crowd(waiting: number): string {
  if (waiting === 0) return 'Nobody waits before you, and nobody is let in this moment.';
  return waiting === 1 ? '1 waits.' : `${waiting} wait.`;
}

export function detailOf(told: Tell, view: RoomView, maintenance: Maintenance | null): string {
  switch (told.code) {
    case 'HG_WAITING':
      return told.ticket
        ? 'Your place is kept. Ask again after retryAfterSeconds with the same ticket.'
        : `${crowd(view.waiting)} Take a place by a POST to join, then ask again with its ticket.`;
    case 'HG_HELD':
    case 'HG_STORE_LOST':
      return told.ticket
        ? 'The line is being repaired. Your place is kept, nobody is called until it is back, and no wait is known. Ask again after retryAfterSeconds with the same ticket.'
        : 'The line is being repaired. Places are kept, nobody is called until it is back, and no wait is known. Take a place by a POST to join, then ask again with its ticket.';
    case 'HG_NOT_SENT':
      return 'Nothing was sent. Keep what you typed, take a place in the line and send it again when it is your turn.';
    case 'HG_PASS_BUDGET':
      return 'This pass has used up its requests for the moment. Ask again after retryAfterSeconds.';
    case 'HG_TOO_MANY_NUMBERS':
      return 'Your network has taken many numbers of this line lately. Nobody who has a place loses it. Ask again after retryAfterSeconds.';
    case 'HG_KEYS_MISSING':
      return 'This gateway lacks its signing keys at the moment. Keep what you hold and ask again shortly.';
    case 'HG_UNKNOWN_KEY':
      return 'The key of this ticket or pass is not here at the moment. Keep it and ask again shortly.';
    case 'HG_OFFLINE':
    case 'HG_PAUSED': {
      const reopensAt = reopening(told, view);
      const when = reopensAt === null ? '' : ` It opens again at ${new Date(reopensAt).toISOString()}.`;
      if (maintenance === null) return `${CATALOGUE[told.code].title}.${when} Every place is kept.`;
      const why = maintenance.text === null ? '' : ` ${maintenance.text}`;
      return `Maintenance is under way.${why}${when} Every place is kept.`;
    }
    default:
      return CATALOGUE[told.code].title;
  }
}
