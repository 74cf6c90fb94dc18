/** A limiter with a hand-moved clock, and who was served, shed and waits. */
import type { ProtectionSettings, TrafficClass } from '../../config/settings.ts';
import { Limiter } from '../../gateway/forward/limiter.ts';
import { Place } from '../../gateway/forward/place.ts';
import { type DecisionModes, protectionWith } from './protection-support.ts';

export type Named = { name: string };

export interface Asking {
  class?: TrafficClass;
  inside?: boolean;
  room?: string | null;
}

export class Desk {
  nowMs = 0;
  readonly limiter = new Limiter<Named>(0);
  readonly places = new Map<string, Place<Named>>();
  readonly served: string[] = [];
  readonly shed: string[] = [];

  constructor(limit: number | null, change: Partial<ProtectionSettings> = {}, modes: DecisionModes = {}) {
    this.limiter.follow(protectionWith(change, modes));
    this.hold(limit);
  }

  /** With as many connections as anybody asks for. */
  hold(limit: number | null): void {
    this.limiter.hold(limit, Number.POSITIVE_INFINITY);
  }

  /** As the upstream does: served at once while there is a slot, else it waits. */
  ask(name: string, { class: traffic = 'registration', inside = false, room = null }: Asking = {}): void {
    const place = new Place<Named>({ name }, { class: traffic, inside, room });
    this.places.set(name, place);
    if (this.limiter.queue.size === 0 && this.limiter.hasSlot) {
      this.#serve(place);
      return;
    }
    const begun = this.limiter.wait(place, this.nowMs);
    if (begun.kind === 'shed') this.shed.push(begun.who.waiter.name);
  }

  /** Its answer is there. */
  end(name: string): void {
    this.limiter.leave(this.places.get(name)!, this.nowMs);
    this.serveWaiting();
  }

  leaveQueue(name: string): void {
    this.limiter.queue.remove(this.places.get(name)!);
  }

  serveWaiting(): void {
    while (this.limiter.queue.size > 0 && this.limiter.hasSlot) this.#serve(this.limiter.next()!);
  }

  /** Whoever has waited for too long by then is shed. */
  pass(ms: number): void {
    this.nowMs += ms;
    for (let late = this.limiter.expire(this.nowMs); late !== null; late = this.limiter.expire(this.nowMs))
      this.shed.push(late.waiter.name);
  }

  get inFlight(): string[] {
    return [...this.places.values()].filter((place) => place.isInFlight).map(({ waiter }) => waiter.name);
  }

  get waiting(): string[] {
    return [...this.places.values()].filter((place) => place.isWaiting).map(({ waiter }) => waiter.name);
  }

  #serve(place: Place<Named>): void {
    this.limiter.enter(place, this.nowMs);
    this.served.push(place.waiter.name);
  }
}
