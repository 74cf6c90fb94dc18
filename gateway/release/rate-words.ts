/** Remembers what rooms were told of their rates: what is new is due at once, what holds before it lapses, and the end of it once. */
import type { RoomOrder } from './words.ts';

export interface RateWords {
  /** Words to be said now, so that rooms are held to these orders and to no others. */
  due(orders: Readonly<Record<string, RoomOrder>>, nowMs: number): Map<string, RoomOrder>;
  /** It was said already. */
  told(room: string, order: RoomOrder, nowMs: number): void;
  /** The room did not hear it. */
  failed(room: string): void;
}

/** A word counts for 5 s: it is said again well before that, and what nobody heard within it is over by itself. */
const AGAIN_MS = 1_500;
const LAPSE_MS = 5_000;

/** What takes a word back. */
export const FREE: RoomOrder = { factor: 1, perMinute: null };

interface Told {
  order: RoomOrder;
  atMs: number;
  /** Since when there is no order; null: there is one. */
  endedMs: number | null;
  isTakenBack: boolean;
}

export function createRateWords(): RateWords {
  const rooms = new Map<string, Told>();

  const keep = (room: string, order: RoomOrder, atMs: number) =>
    rooms.set(room, { order, atMs, endedMs: null, isTakenBack: false });
  const isDue = (last: Told | undefined, order: RoomOrder, nowMs: number) =>
    last === undefined ||
    last.endedMs !== null ||
    !isSame(last.order, order) ||
    nowMs - last.atMs >= AGAIN_MS;

  return {
    due(orders, nowMs) {
      const due = new Map<string, RoomOrder>();
      for (const [room, order] of Object.entries(orders)) {
        if (!isDue(rooms.get(room), order, nowMs)) continue;
        due.set(room, order);
        keep(room, order, nowMs);
      }
      for (const [room, last] of rooms) {
        if (Object.hasOwn(orders, room)) continue;
        last.endedMs ??= nowMs;
        if (nowMs - last.endedMs > LAPSE_MS) rooms.delete(room);
        else if (!last.isTakenBack) due.set(room, FREE);
        last.isTakenBack = true;
      }
      return due;
    },
    told: (room, order, nowMs) => void keep(room, order, nowMs),
    failed(room) {
      const last = rooms.get(room);
      if (last === undefined) return;
      last.atMs = Number.NEGATIVE_INFINITY;
      last.isTakenBack = false;
    },
  };
}

function isSame(a: RoomOrder, b: RoomOrder): boolean {
  return a.factor === b.factor && a.perMinute === b.perMinute;
}
