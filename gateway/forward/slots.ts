/** An upstream's slots: who is served now, who waits and who is shed, by its connections and by the bound on its requests in flight. */
import type { ProtectionSettings, UpstreamSettings } from '../../config/settings.ts';
import { ComeBack } from './come-back.ts';
import type { Connection } from './connection.ts';
import { Limiter } from './limiter.ts';
import type { Place } from './place.ts';

/** Who waits for a connection. */
export interface Waiter {
  readonly place: Place<Waiter>;
  onConnection(connection: Connection): void;
  onNoTarget(): void;
  /** The upstream is short, and others go first. */
  onShed(): void;
}

export interface SlotParts {
  settings(): Pick<UpstreamSettings, 'maxConnections' | 'rampSeconds'>;
  now(): number;
  /** It is its turn: takes its slot by `take`, or there is no target. */
  serve(waiter: Waiter): void;
  /** Of the same upstream, for requests that go first: these here take only what those leave. Absent: nobody goes first. */
  ahead?: Slots | undefined;
  /** Connections to the targets, idle ones too. */
  connections(): number;
  /** Closes an idle one, to make space for another. */
  discardIdle(): void;
}

export class Slots {
  /** Taken: requests under way, streams, and aborted requests that keep theirs. */
  used = 0;
  /** Event streams and WebSockets among them. */
  streams = 0;
  readonly limiter: Limiter<Waiter>;
  readonly #parts: SlotParts;
  readonly #comeBack = new ComeBack();
  #least = 0;
  /** In flight, by order. */
  #ordered: number | null = null;
  #shedding: NodeJS.Timeout | null = null;
  /** Those that take what is left here. */
  readonly #behind = new Set<Slots>();

  constructor(parts: SlotParts) {
    this.#parts = parts;
    this.limiter = new Limiter(parts.now());
    if (parts.ahead !== undefined) parts.ahead.#behind.add(this);
  }

  get waiting(): number {
    return this.limiter.queue.size;
  }

  hold(inFlight: number | null): void {
    this.#ordered = inFlight;
    this.#bound();
  }

  follow(protection: ProtectionSettings | null): void {
    this.#least = protection?.inFlight.least ?? 0;
    this.limiter.follow(protection);
    // Who waits already is held to the new rules as well.
    if (this.#shedding !== null) clearTimeout(this.#shedding);
    this.#shedding = null;
    this.#bound();
  }

  /** Now and then, and when the upstream's state or settings changed. */
  look(isDown: boolean): void {
    this.#comeBack.look(isDown, this.limiter.inFlight, this.#parts.now());
    this.#bound();
  }

  acquire(waiter: Waiter): void {
    if (this.waiting === 0 && this.#hasFree) {
      this.#parts.serve(waiter);
      return;
    }
    const begun = this.limiter.wait(waiter.place, this.#parts.now());
    if (begun.kind === 'shed') begun.who.waiter.onShed();
    this.#watchWaiting();
  }

  leaveQueue(waiter: Waiter): void {
    this.limiter.queue.remove(waiter.place);
  }

  take(waiter: Waiter): void {
    this.used++;
    this.limiter.enter(waiter.place, this.#parts.now());
  }

  /** A stream lives as long as its visitor stays: it keeps its connection, and is no work in flight any more. */
  becameStream(waiter: Waiter): void {
    this.streams++;
    this.limiter.leave(waiter.place, this.#parts.now());
    this.#serveAll();
  }

  free(waiter: Waiter): void {
    this.used--;
    if (waiter.place.isInFlight) this.limiter.leave(waiter.place, this.#parts.now());
    else this.streams--;
    this.#serveAll();
  }

  close(): void {
    for (let place = this.limiter.next(); place !== null; place = this.limiter.next())
      place.waiter.onNoTarget();
    if (this.#shedding !== null) clearTimeout(this.#shedding);
    if (this.#parts.ahead !== undefined) this.#parts.ahead.#behind.delete(this);
  }

  /** Before a new connection: all together, whoever goes first, have no more of them than the upstream may have. */
  makeSpace(): void {
    const first = this.#parts.ahead ?? this;
    const all = [this, first, ...first.#behind];
    const open = new Set(all.map((slots) => slots.#parts));
    let connections = 0;
    for (const parts of open) connections += parts.connections();
    if (connections < this.#parts.settings().maxConnections) return;
    for (const parts of open) {
      const before = parts.connections();
      parts.discardIdle();
      if (parts.connections() < before) return;
    }
  }

  get #hasFree(): boolean {
    if (!this.limiter.hasSlot) return false;
    const { ahead, settings } = this.#parts;
    if (ahead === undefined && this.#behind.size === 0) return this.used < settings().maxConnections;
    const first = ahead ?? this;
    let [used, inFlight] = [first.used, first.limiter.inFlight];
    for (const slots of first.#behind) {
      used += slots.used;
      inFlight += slots.limiter.inFlight;
    }
    if (used >= settings().maxConnections) return false;
    return ahead === undefined || inFlight < ahead.limiter.limit;
  }

  /** A slot is free, here or with those who go first: theirs before anybody's. */
  #serveAll(): void {
    const first = this.#parts.ahead ?? this;
    if (first.waiting > 0) first.#serveWaiting();
    for (const slots of first.#behind) if (slots.waiting > 0) slots.#serveWaiting();
  }

  #bound(): void {
    const { rampSeconds, maxConnections } = this.#parts.settings();
    const ramp = this.#comeBack.bound(rampSeconds * 1_000, this.#least, this.#parts.now());
    const bounds = [this.#ordered, ramp].filter((bound) => bound !== null);
    this.limiter.hold(bounds.length === 0 ? null : Math.min(...bounds, maxConnections), maxConnections);
    this.#serveWaiting();
    for (const slots of this.#behind) slots.#serveWaiting();
  }

  #serveWaiting(): void {
    while (this.waiting > 0 && this.#hasFree) this.#parts.serve(this.limiter.next()!.waiter);
    this.#watchWaiting();
  }

  /** Whoever waits longest is shed in time. */
  #watchWaiting(): void {
    const waitMs = this.#shedding === null ? this.limiter.nextExpiryMs(this.#parts.now()) : null;
    if (waitMs !== null) this.#shedding = setTimeout(() => this.#shedExpired(), waitMs).unref();
  }

  #shedExpired(): void {
    this.#shedding = null;
    const now = this.#parts.now();
    for (let late = this.limiter.expire(now); late !== null; late = this.limiter.expire(now))
      late.waiter.onShed();
    this.#watchWaiting();
  }
}
