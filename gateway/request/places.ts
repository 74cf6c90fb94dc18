/** A visitor's place: its ticket through the opening draw, its position, and how long it may take. */

import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { drawRank } from '../line/draw.ts';
import { pollAcrossOpening, pollAfterSeconds, waitIn } from '../line/estimate.ts';
import type { RoomView } from '../line/words.ts';
import { isCalled } from './decide.ts';
import type { LiveRoom } from './rooms.ts';
import type { Ticket } from './token-claims.ts';

export interface Place {
  /** null: a provisional place has none yet. */
  number: number | null;
  /** 0 when called; null before the opening, and where there is no number. */
  position: number | null;
  /** When the visitor joined; null before the opening. */
  startPosition: number | null;
  serving: number;
  isCalled: boolean;
  expectedWait: { low: number; high: number } | null;
  /** With tenths, so that those who came at one moment do not ask at one moment for ever. */
  pollAfterSeconds: number;
  /** Room time ms until which a called ticket is expected; later it is a late comer's. */
  claimBy: number | null;
}

const HELD_POLL_SECONDS = 5;
const HELD_POLL_SPREAD_SECONDS = 10;

/** Tickets whose call this gateway saw, so that `claimBy` stands still; a forgotten one is given its window anew. */
const REMEMBERED_CALLS = 20_000;

export function createPlaces(parts: {
  ticketHours: () => number;
  drawSeed(room: string, view: RoomView): Buffer;
  random(): number;
  clock: Clock;
}) {
  const calledAt = new LRUCache<string, number>({ max: REMEMBERED_CALLS });

  const claimBy = (room: LiveRoom, ticket: Ticket, view: RoomView): number => {
    const since = calledAt.get(ticket.id) ?? view.at;
    calledAt.set(ticket.id, since);
    return since + room.settings.claimSeconds * 1_000;
  };

  const heldPoll = () => Math.round(HELD_POLL_SECONDS + HELD_POLL_SPREAD_SECONDS * parts.random());

  const pollSeconds = (distance: number, view: RoomView) => {
    const interval = pollAfterSeconds(distance, view, parts.random());
    if (view.state !== 'prequeue') return inTenths(interval);
    return inTenths(pollAcrossOpening(interval, view, parts.random()));
  };

  return {
    /** When a held visitor asks again: spread, so that the crowd does not come back with the store. */
    heldPollSeconds: heldPoll,

    newTicket(
      room: LiveRoom,
      joined: {
        id: string;
        number: number;
        lane: string;
        epoch: number;
        serving: number;
        prequeue: boolean;
        view: RoomView;
      },
    ): Ticket {
      const { id, number, lane, epoch, serving, prequeue, view } = joined;
      const expiresAt = view.at + parts.ticketHours() * 3_600_000;
      return {
        id,
        room: room.name,
        lane,
        epoch,
        number,
        serving,
        servingAtJoin: serving,
        prequeue,
        provisional: null,
        issuedAt: view.at,
        expiresAt,
      };
    },

    /** A place of an outage: the k-th of this gateway, a number once the store is back. */
    newProvisional(
      room: LiveRoom,
      place: { id: string; lane: string; k: number; gateway: string; outage: string; view: RoomView },
    ): Ticket {
      const { id, lane, k, gateway, outage, view } = place;
      const serving = view.lanes[lane]?.serving ?? 0;
      const where = { id, room: room.name, lane, epoch: view.epoch };
      const numbers = { number: k, serving, servingAtJoin: serving, prequeue: false };
      const expiresAt = view.at + parts.ticketHours() * 3_600_000;
      return { ...where, ...numbers, provisional: { gateway, outage }, issuedAt: view.at, expiresAt };
    },

    /** After the opening a prequeue number becomes its rank in the draw, or simply a number where nothing is drawn. */
    afterOpening(ticket: Ticket, view: RoomView): Ticket {
      if (!ticket.prequeue || isUndrawn(view)) return ticket;
      const size = view.draw?.size ?? null;
      const index = ticket.number - (view.draw?.base ?? 0);
      if (size === null || ticket.lane !== 'default' || index < 1 || index > size)
        return { ...ticket, prequeue: false };
      const rank = drawRank(parts.drawSeed(ticket.room, view), size, index);
      const number = (view.draw?.base ?? 0) + rank;
      return { ...ticket, number, prequeue: false, prequeueNumber: ticket.number };
    },

    /** The ticket as it should be held from now on, where that differs from the visitor's own; null: the same. */
    newer(ticket: Ticket, own: Ticket, view: RoomView): Ticket | null {
      const serving = Math.max(ticket.serving, view.lanes[ticket.lane]?.serving ?? 0);
      const isSame = ticket.number === own.number && ticket.provisional === own.provisional;
      if (isSame && serving === own.serving && ticket.prequeue === own.prequeue) return null;
      return { ...ticket, serving };
    },

    of(room: LiveRoom, ticket: Ticket, view: RoomView): Place {
      const laneView = view.lanes[ticket.lane];
      // A position shown to a visitor never grows: the ticket remembers the `serving` that its visitor saw last.
      const serving = Math.max(laneView?.serving ?? 0, ticket.serving);
      const called = isCalled(view, ticket);
      const distance = Math.max(0, ticket.number - serving);
      const knowsPosition = !ticket.prequeue && ticket.provisional === null;
      return {
        number: ticket.provisional === null ? ticket.number : null,
        position: knowsPosition ? distance : null,
        startPosition: knowsPosition ? Math.max(distance, ticket.number - ticket.servingAtJoin) : null,
        serving,
        isCalled: called,
        expectedWait: knowsPosition && view.state === 'engaged' ? waitIn(view, distance) : null,
        pollAfterSeconds: isHeld(view, ticket) ? heldPoll() : pollSeconds(distance, view),
        claimBy: called ? claimBy(room, ticket, view) : null,
      };
    },
  };
}

/** Whole seconds would undo the jitter of 2 s. Never rounded down: a question would fall before the opening. */
const inTenths = (seconds: number): number => Math.ceil(10 * seconds) / 10;

/** A pause, or a lost store, may hide that it has not opened. */
function isUndrawn({ state, draw }: RoomView): boolean {
  if (state === 'prequeue') return true;
  const isMoving = state === 'open' || state === 'engaged';
  return !isMoving && draw !== null && draw.size === null;
}

function isHeld(view: RoomView, { provisional }: Ticket): boolean {
  return view.state === 'held' || provisional !== null;
}

export type Places = ReturnType<typeof createPlaces>;
