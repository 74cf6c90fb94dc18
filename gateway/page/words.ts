/** The words of a page: what a visitor is told. Types only. */
import type { RoomSettings } from '../../config/settings.ts';
import type { ViewState } from '../line/words.ts';

export type PageKind =
  | 'waiting'
  /** Called: it is your turn. */
  | 'called'
  | 'prequeue'
  | 'paused'
  /** Paused by the calendar: it says until when, and why. */
  | 'maintenance'
  | 'offline'
  | 'held'
  | 'soldout'
  | 'ended'
  /** 502 and 504. */
  | 'failed'
  /** Shed: the platform is short, and others go first. */
  | 'busy'
  /** A form post that was shed: nothing was sent. */
  | 'busy-form'
  /** A form post that was not sent on. */
  | 'not-sent'
  /** A ninth place: asks which to give up. */
  | 'too-many-places'
  /** The visitor gave the place up (a navigation that posted to `…/leave`); a link asks again. */
  | 'left'
  /** 400, 404, 413 … for a person. */
  | 'refused';

export interface Message {
  /** ISO 8601 */
  at: string;
  text: string;
}

export interface WaitBand {
  /** Seconds. */
  low: number;
  high: number;
}

export interface PageModel {
  kind: PageKind;
  /** Room's name; null where no room is meant. */
  room: string | null;
  page: RoomSettings['page'] | null;
  /** Reserved prefix, `/.headgate`. */
  prefix: string;
  /** null without a place, and for one that has no number yet. */
  number: number | null;
  hasPlace: boolean;
  /** null: the default one, or no place. */
  lane: string | null;
  /** By an invitation in this lane; `refused`: one that was brought is worth nothing here; null: none was brought. */
  invitation: 'invited' | 'refused' | null;
  /** null in prequeue. */
  position: number | null;
  /** Position when this visitor joined, for the progress bar; null when unknown. */
  startPosition: number | null;
  expectedWait: WaitBand | null;
  /** Seconds until the page reloads or asks again; null: it does not by itself. */
  pollAfterSeconds: number | null;
  opensAt: Date | null;
  /** Room time now, for the countdown. */
  now: Date;
  state: ViewState | 'called' | 'refused' | 'failed';
  messages: readonly Message[];
  /** Id to quote to support. */
  requestId: string;
  /** Draw's commitment, shown before the opening. */
  drawCommitment: string | null;
  /** What the organiser says of the maintenance that is on. */
  maintenanceText: string | null;
  /** Address (path and query) that the visitor asked for; where `called` and a reload lead. */
  target: string;
  /** For `refused` and `failed`: status and what was wrong, for people. */
  status: number;
  detail: string | null;
  /** The challenge of the work that exchanges a place in a later lane; null: nothing to do. */
  proof: string | null;
  /** For `too-many-places`: rooms held. */
  heldRooms: readonly string[];
}

export interface RenderedPage {
  html: string;
  /** Flat name, value list: content-type, content-security-policy, refresh, cache-control, vary, content-language … */
  headers: readonly string[];
}
