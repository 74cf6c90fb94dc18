/** Tells which of the platform's figures of its seats are news: where answers cross, one that is out of date frees no seat. */
import type { LiveRoom } from './request/rooms.ts';

interface Taken {
  /** The request that brought it. */
  request: number;
  seats: number;
}

export interface SeatFigures {
  /** The number of a request that is sent now. */
  begin(): number;
  /** A request that began before the one whose figure was taken last may only lower it: what was sold since then it cannot know. */
  isNews(room: LiveRoom, request: number, seats: number): boolean;
}

export function createSeatFigures(): SeatFigures {
  const lastOf = new WeakMap<LiveRoom, Taken>();
  let requests = 0;
  return {
    begin: () => ++requests,
    isNews(room, request, seats) {
      const last = lastOf.get(room);
      const isOvertaken = last !== undefined && request < last.request;
      if (isOvertaken && seats >= last.seats) return false;
      lastOf.set(room, { request: isOvertaken ? last.request : request, seats });
      return true;
    },
  };
}
