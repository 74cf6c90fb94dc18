/** Which rooms have lost their store, from the first call that failed to the first that was answered, and what their newcomers may do meanwhile. */
import type { RoomSettings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { KnownLease, RoomView } from '../line/words.ts';
import type { Store } from '../store/store.ts';
import {
  beginOutage,
  beginSession,
  dropLapsed,
  isClosed,
  isHolding,
  leaveRoster,
  letsHolderIn,
  letsNewcomerIn,
  type Outage,
  type OutageLaw,
  slotsNow,
} from './outage.ts';
import { add, type OutageFigures } from './outage-figures.ts';
import type { Overrides } from './overrides.ts';
import type { LiveRoom } from './rooms.ts';
import type { Ticket } from './token-claims.ts';

export interface OutagesParts {
  store: Pick<Store, 'isLost' | 'view'>;
  /** This process, by the same name after a restart. */
  gateway: string;
  clock: Clock;
  overrides: Overrides;
  figures: OutageFigures;
  room(name: string): LiveRoom | undefined;
  /** Live sessions of the room that this gateway knows. */
  inside(room: string): number;
  newOutageId(): string;
  onBegin(outage: Outage, law: RoomSettings['onStoreLoss']): void;
  onEnd(outage: Outage): void;
}

export type Outages = ReturnType<typeof createOutages>;

const UNKNOWN_PACE = { one: null, five: null };

export function createOutages(parts: OutagesParts) {
  const { store, clock, figures, overrides } = parts;
  const current = new Map<string, Outage>();

  const labelOf = (room: string) => parts.room(room)?.label ?? room;
  const lawOf = (room: string): OutageLaw => {
    const settings = parts.room(room)?.settings;
    return {
      onStoreLoss: settings?.onStoreLoss ?? 'hold',
      override: overrides.of(room),
      inside: parts.inside(room),
      state: settings?.state ?? 'open',
      sessions: settings?.limits.sessions ?? null,
    };
  };

  /** A call failed. Undefined: nothing was ever known of the room. */
  function begin(room: string): Outage | undefined {
    const known = current.get(room);
    const view = known ? undefined : store.view(room);
    if (!view) return known;
    const outage = beginOutage(parts.newOutageId(), view, clock.monotonicMs());
    current.set(room, outage);
    parts.onBegin(outage, lawOf(room).onStoreLoss);
    return outage;
  }

  function of(room: string): Outage | undefined {
    return current.get(room) ?? (store.isLost(room) ? begin(room) : undefined);
  }

  /** The view as visitors are to see it: what the store said last, unless nobody is called at present. */
  function seen(view: RoomView): RoomView {
    const outage = of(view.room);
    if (!outage) return overrides.of(view.room)?.action === 'pause' ? standstill(view, 'paused') : view;
    return standstill(view, stateOf(outage, view));
  }

  function stateOf(outage: Outage, view: RoomView): RoomView['state'] {
    if (view.operatorState !== 'open' || view.state === 'soldout') return view.state;
    const law = lawOf(view.room);
    if (law.state !== 'open') return law.state;
    if (law.override?.action === 'pause') return 'paused';
    if (isClosed(view)) return 'held';
    return isHolding(outage, law, clock.monotonicMs()) ? 'held' : 'open';
  }

  function countHeld(outage: Outage): void {
    const now = clock.monotonicMs();
    const seconds = (now - outage.countedMs) / 1_000;
    outage.countedMs = now;
    const view = store.view(outage.room) ?? outage.view;
    if (stateOf(outage, view) === 'held') add(figures.heldSeconds, labelOf(outage.room), seconds);
  }

  return {
    gateway: parts.gateway,
    of,
    begin,
    /** Without looking whether the store is lost. */
    known: (room: string) => current.get(room),
    all: () => current.values(),
    seen,

    mayNewcomerEnter: (outage: Outage): boolean =>
      letsNewcomerIn(outage, lawOf(outage.room), clock.monotonicMs()),
    /** Each asking counts: who has not asked for a while holds nobody up. */
    mayHolderEnter: (outage: Outage, ticket: Ticket): boolean =>
      letsHolderIn(outage, lawOf(outage.room), ticket, clock.monotonicMs()),
    /** Ahead of whoever waits: somebody who was inside before. */
    mayFormEnter: (outage: Outage): boolean => slotsNow(outage, lawOf(outage.room), clock.monotonicMs()) >= 1,

    enter(outage: Outage, id: string, at: number, ticket: Ticket | null): KnownLease {
      if (ticket) leaveRoster(outage, ticket);
      add(figures.sessionsBegun, labelOf(outage.room));
      return beginSession(outage, id, at);
    },

    /** The next provisional place of a lane, from 1. */
    nextPlace(outage: Outage, lane: string): number {
      const k = (outage.places.get(lane) ?? 0) + 1;
      outage.places.set(lane, k);
      add(figures.placesGiven, labelOf(outage.room));
      return k;
    },

    /** What this gateway may do by itself now, for logs. */
    lawOf,

    /** The store was told everything. */
    end(outage: Outage): void {
      current.delete(outage.room);
      countHeld(outage);
      const { sessions = 0, limits } = store.view(outage.room) ?? {};
      figures.overshoot.set(labelOf(outage.room), Math.max(0, sessions - (limits?.sessions ?? Infinity)));
      parts.onEnd(outage);
    },

    /** Slots of sessions that were begun here and have lapsed are free again. */
    maintain(): void {
      for (const outage of current.values()) {
        countHeld(outage);
        const at = store.view(outage.room)?.at;
        if (at !== undefined) dropLapsed(outage, at);
      }
    },
  };
}

/** What was measured before does not tell how long anybody waits now. */
function standstill(view: RoomView, state: RoomView['state']): RoomView {
  return { ...view, state, callsPerMinute: UNKNOWN_PACE };
}
