/** Who waits for a slot of an upstream: higher ranks first, every class to its guaranteed part, fair among rooms within a rank. */
import { FairQueue } from './fair-queue.ts';
import type { Place } from './place.ts';
import { ALIKE, CLASSES, QUEUES } from './ranks.ts';

export class RankedQueue<T> {
  /** Of each queue; higher goes first. */
  levels: readonly number[] = ALIKE;
  size = 0;
  /** By class: requests in flight. */
  readonly inFlight: number[] = new Array(CLASSES.length).fill(0);
  readonly #queues: FairQueue<T>[] = Array.from({ length: QUEUES }, () => new FairQueue<T>());
  /** By class: when it was last served by its guarantee, counted in servings. */
  readonly #servedAt: number[] = new Array(CLASSES.length).fill(0);
  #servings = 0;
  #oldest: Place<T> | null = null;
  #newest: Place<T> | null = null;

  /** The one that waits longest. */
  get oldest(): Place<T> | null {
    return this.#oldest;
  }

  add(place: Place<T>): void {
    place.isWaiting = true;
    place.earlier = this.#newest;
    if (this.#newest === null) this.#oldest = place;
    else this.#newest.later = place;
    this.#newest = place;
    this.#queues[place.queue]!.add(place);
    this.size++;
  }

  remove(place: Place<T>): void {
    if (!place.isWaiting) return;
    place.isWaiting = false;
    const { earlier, later } = place;
    if (earlier === null) this.#oldest = later;
    else earlier.later = later;
    if (later === null) this.#newest = earlier;
    else later.earlier = earlier;
    place.earlier = place.later = null;
    this.#queues[place.queue]!.remove(place);
    this.size--;
  }

  /** Whose turn it is, where each class with demand keeps so many slots; taken out of the queue. */
  take(guaranteed: number): Place<T> | null {
    if (this.#oldest === null) return null;
    const place = this.levels === ALIKE ? this.#oldest : this.#foremost(guaranteed);
    this.#servedAt[place.queue >> 1] = ++this.#servings;
    this.remove(place);
    return place;
  }

  #foremost(guaranteed: number): Place<T> {
    const entitled = this.#entitled(guaranteed);
    const queue = entitled === -1 ? this.#highest() : this.#higherOf(entitled);
    return this.#queues[queue]!.next()!;
  }

  /** `isFair`: its room is counted, too. */
  entered(place: Place<T>, isFair: boolean): void {
    this.inFlight[place.queue >> 1]!++;
    if (isFair) this.#queues[place.queue]!.entered(place);
  }

  left(place: Place<T>): void {
    this.inFlight[place.queue >> 1]!--;
    if (place.share !== null) this.#queues[place.queue]!.left(place);
  }

  /** Who gives way to a newcomer in a full queue, where each class keeps so many places; null: the newcomer does. */
  displacedBy(newcomer: Place<T>, guaranteed: number): Place<T> | null {
    const own = newcomer.queue >> 1;
    const isEntitled = this.#waiting(own) < guaranteed;
    const other = isEntitled ? this.#lowest(-1, own, guaranteed) : -1;
    if (other !== -1) return this.#queues[other]!.heaviest()!.last;
    const victim = this.#lowest(own, -1, guaranteed);
    if (victim === -1) return null;
    const heaviest = this.#queues[victim]!.heaviest()!;
    const [above, below] = [this.levels[newcomer.queue]!, this.levels[victim]!];
    if (above > below) return heaviest.last;
    // One event's surge does not take the places of the others.
    const load = this.#queues[newcomer.queue]!.loadOf(newcomer.room);
    return above === below && heaviest.load > load + 1 ? heaviest.last : null;
  }

  /** A class below its part that was not served for longest: with fewer slots than classes they take turns. -1: none. */
  #entitled(guaranteed: number): number {
    let found = -1;
    for (let index = 0; index < CLASSES.length; index++) {
      if (this.inFlight[index]! >= guaranteed || this.#waiting(index) === 0) continue;
      if (found === -1 || this.#servedAt[index]! < this.#servedAt[found]!) found = index;
    }
    return found;
  }

  #highest(): number {
    let found = -1;
    for (let queue = 0; queue < QUEUES; queue++) {
      if (this.#queues[queue]!.size === 0) continue;
      if (found === -1 || this.#goesBefore(queue, found)) found = queue;
    }
    return found;
  }

  /** Classes of one level: the one with the fewest in flight. */
  #goesBefore(queue: number, other: number): boolean {
    const [level, otherLevel] = [this.levels[queue]!, this.levels[other]!];
    if (level !== otherLevel) return level > otherLevel;
    return this.inFlight[queue >> 1]! < this.inFlight[other >> 1]!;
  }

  #higherOf(index: number): number {
    const inside = index * 2 + 1;
    return this.#queues[inside]!.size > 0 ? inside : index * 2;
  }

  /** The queue that gives way first: the lowest of a class that has more than its places, or of class `also`, and not of `never`. -1: none. */
  #lowest(also: number, never: number, guaranteed: number): number {
    let found = -1;
    for (let queue = 0; queue < QUEUES; queue++) {
      const index = queue >> 1;
      if (this.#queues[queue]!.size === 0 || index === never) continue;
      if (index !== also && this.#waiting(index) <= guaranteed) continue;
      if (found === -1 || this.#givesWayBefore(queue, found)) found = queue;
    }
    return found;
  }

  #givesWayBefore(queue: number, other: number): boolean {
    const [level, otherLevel] = [this.levels[queue]!, this.levels[other]!];
    if (level !== otherLevel) return level < otherLevel;
    return this.#queues[queue]!.size > this.#queues[other]!.size;
  }

  #waiting(index: number): number {
    return this.#queues[index * 2]!.size + this.#queues[index * 2 + 1]!.size;
  }
}
