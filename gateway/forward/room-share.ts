/** What one room has of one queue: its waiting requests, first come first served, and how many of its requests are in flight. */
import { Rung } from './ladder.ts';
import type { Place } from './place.ts';

export class RoomShare<T> {
  readonly room: string | null;
  first: Place<T> | null = null;
  last: Place<T> | null = null;
  waiting = 0;
  inFlight = 0;
  readonly byInFlight = new Rung<RoomShare<T>>(this);
  readonly byWaiting = new Rung<RoomShare<T>>(this);

  constructor(room: string | null) {
    this.room = room;
  }

  /** All that it has under way or wants to. */
  get load(): number {
    return this.waiting + this.inFlight;
  }

  add(place: Place<T>): void {
    place.before = this.last;
    if (this.last === null) this.first = place;
    else this.last.after = place;
    this.last = place;
    this.waiting++;
  }

  remove(place: Place<T>): void {
    const { before, after } = place;
    if (before === null) this.first = after;
    else before.after = after;
    if (after === null) this.last = before;
    else after.before = before;
    place.before = place.after = null;
    this.waiting--;
  }
}
