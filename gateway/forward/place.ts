/** One request's place in the queue for an upstream and, once it is served, its count among those in flight. */
import { queueIndex } from './ranks.ts';
import type { RoomShare } from './room-share.ts';
import type { Rank } from './words.ts';

export class Place<T> {
  readonly waiter: T;
  /** Which of the queues it belongs to. */
  readonly queue: number;
  readonly room: string | null;
  /** Since when it waits, ms. */
  sinceMs = 0;
  isWaiting = false;
  isInFlight = false;
  /** What its room has of its queue; null: not counted. */
  share: RoomShare<T> | null = null;
  /** Neighbours within its room's line. */
  before: Place<T> | null = null;
  after: Place<T> | null = null;
  /** Neighbours by arrival. */
  earlier: Place<T> | null = null;
  later: Place<T> | null = null;

  constructor(waiter: T, rank: Rank) {
    this.waiter = waiter;
    this.queue = queueIndex(rank);
    this.room = rank.room;
  }
}
