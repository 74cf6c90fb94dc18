/** Waiting requests of one rank, fair among rooms: the room with the fewest in flight is served first, and the one with the most waiting gives way first. */
import { Ladder } from './ladder.ts';
import type { Place } from './place.ts';
import { RoomShare } from './room-share.ts';

export class FairQueue<T> {
  /** Rooms with something in flight that was counted, or waiting. */
  readonly #shares = new Map<string | null, RoomShare<T>>();
  /** Rooms with something waiting. */
  readonly #byInFlight = new Ladder<RoomShare<T>>();
  readonly #byWaiting = new Ladder<RoomShare<T>>();
  size = 0;

  add(place: Place<T>): void {
    const share = this.#shareOf(place);
    share.add(place);
    this.size++;
    this.#stand(share);
  }

  /** By being served, or by giving up. */
  remove(place: Place<T>): void {
    const share = place.share!;
    place.share = null;
    share.remove(place);
    this.size--;
    this.#stand(share);
  }

  /** Who is served next. */
  next(): Place<T> | null {
    return this.#byInFlight.lowest()?.first ?? null;
  }

  /** The room that has the most waiting. */
  heaviest(): RoomShare<T> | null {
    return this.#byWaiting.highest();
  }

  /** Requests of a room that wait or are in flight. */
  loadOf(room: string | null): number {
    return this.#shares.get(room)?.load ?? 0;
  }

  entered(place: Place<T>): void {
    const share = this.#shareOf(place);
    share.inFlight++;
    this.#stand(share);
  }

  left(place: Place<T>): void {
    const share = place.share!;
    place.share = null;
    share.inFlight--;
    this.#stand(share);
  }

  #shareOf(place: Place<T>): RoomShare<T> {
    let share = this.#shares.get(place.room);
    if (share === undefined) {
      share = new RoomShare(place.room);
      this.#shares.set(place.room, share);
    }
    place.share = share;
    return share;
  }

  #stand(share: RoomShare<T>): void {
    if (share.waiting > 0) {
      if (share.byInFlight.height !== share.inFlight) this.#byInFlight.put(share.byInFlight, share.inFlight);
      this.#byWaiting.put(share.byWaiting, share.waiting);
      return;
    }
    this.#byInFlight.take(share.byInFlight);
    this.#byWaiting.take(share.byWaiting);
    if (share.inFlight === 0) this.#shares.delete(share.room);
  }
}
