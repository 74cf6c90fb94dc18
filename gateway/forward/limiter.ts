/**
 * How many requests an upstream has in flight, and what becomes of the others: they wait by rank, for a bounded time and in a
 * bounded number, and are shed then; also where its connections alone bound it. Pure: the time is handed in.
 */
import type { ProtectionSettings, TrafficClass } from '../../config/settings.ts';
import type { CountsByClass } from './gauges.ts';
import type { Place } from './place.ts';
import { RankedQueue } from './ranked-queue.ts';
import { ALIKE, CLASSES, levelsOf } from './ranks.ts';

/** So many wait for each slot: who comes later would hardly be served in time. */
const QUEUED_PER_SLOT = 10;

type Mode = 'off' | 'observe' | 'act';

/** `wait`: it is in the queue. `shed`: `who` is; a newcomer itself, or one that waited and gives way to it. */
export type Begun<T> = { kind: 'wait' } | { kind: 'shed'; who: Place<T> };

const WAIT = { kind: 'wait' } as const;

export class Limiter<T> {
  readonly queue = new RankedQueue<T>();
  inFlight = 0;
  /** Requests in flight that may be; without an order of it as many as there are connections. */
  limit = Number.POSITIVE_INFINITY;
  /** Most waiting. */
  #mostQueued = Number.POSITIVE_INFINITY;
  #guaranteed = 0;
  #guaranteedPlaces = 0;
  #rules: ProtectionSettings | null = null;
  #levels = ALIKE;
  #bound: Mode = 'off';
  #shedding: Mode = 'off';
  #ordered: number | null = null;
  #connections = Number.POSITIVE_INFINITY;
  #shedCounts: CountsByClass = {};
  #wouldShed: CountsByClass = {};
  #most = 0;
  #areaMs = 0;
  #changedMs: number;
  #readMs: number;

  constructor(nowMs: number) {
    this.#changedMs = this.#readMs = nowMs;
  }

  follow(rules: ProtectionSettings | null): void {
    const mode = rules?.mode ?? 'off';
    this.#rules = rules;
    this.#bound = rules?.decisions.inFlight ?? mode;
    this.#shedding = rules?.decisions.shed ?? mode;
    this.#levels = rules === null ? ALIKE : levelsOf(rules.priority);
    this.hold(this.#ordered, this.#connections);
  }

  /** Null: only connections bound it. */
  hold(limit: number | null, connections: number): void {
    this.#ordered = limit;
    this.#connections = connections;
    const most = limit === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(limit));
    this.limit = this.#bound === 'act' ? most : Number.POSITIVE_INFINITY;
    this.#mostQueued = Math.min(most, connections) * QUEUED_PER_SLOT;
    this.#guaranteed = this.#partOf(Math.min(this.limit, connections));
    this.#guaranteedPlaces = this.#partOf(this.#mostQueued);
    this.queue.levels = this.#sheds ? this.#levels : ALIKE;
  }

  get isHeld(): boolean {
    return this.limit !== Number.POSITIVE_INFINITY;
  }

  get #sheds(): boolean {
    return this.#shedding === 'act';
  }

  /** Whether one more may be sent at once. */
  get hasSlot(): boolean {
    return this.inFlight < this.limit;
  }

  /** It waits elsewhere, for `waitedMs` now: whether it is shed, as it would be in the queue. */
  shedsLate(place: Place<T>, waitedMs: number): boolean {
    if (!this.#sheds || waitedMs < this.#rules!.inFlight.queueMs) return false;
    count(this.#shedCounts, place);
    return true;
  }

  /** In how many ms whoever waits longest has waited for too long; null: nobody does. */
  nextExpiryMs(nowMs: number): number | null {
    const { oldest } = this.queue;
    if (oldest === null || !this.#sheds) return null;
    return Math.max(0, oldest.sinceMs + this.#rules!.inFlight.queueMs - nowMs);
  }

  /** It cannot be sent at once. */
  wait(place: Place<T>, nowMs: number): Begun<T> {
    place.sinceMs = nowMs;
    const isFull = (this.isHeld || this.#sheds) && this.queue.size >= this.#mostQueued;
    if (isFull && this.#shedding === 'observe') count(this.#wouldShed, place);
    if (!isFull || !this.#sheds) {
      this.queue.add(place);
      return WAIT;
    }
    const displaced = this.queue.displacedBy(place, this.#guaranteedPlaces);
    if (displaced !== null) {
      this.queue.remove(displaced);
      this.queue.add(place);
    }
    return this.#shed(displaced ?? place);
  }

  /** The next one whose turn it is, out of the queue. */
  next(): Place<T> | null {
    return this.queue.take(this.#guaranteed);
  }

  /** One that waited for too long, out of the queue; null: there is none. */
  expire(nowMs: number): Place<T> | null {
    const { oldest } = this.queue;
    if (oldest === null || this.nextExpiryMs(nowMs) !== 0) return null;
    this.queue.remove(oldest);
    count(this.#shedCounts, oldest);
    return oldest;
  }

  /** It is sent. */
  enter(place: Place<T>, nowMs: number): void {
    if (this.#bound === 'observe' && this.#ordered !== null) this.#observe(place);
    this.#passTime(nowMs);
    place.isInFlight = true;
    this.inFlight++;
    if (this.inFlight > this.#most) this.#most = this.inFlight;
    // While nobody waits and nothing is ordered, rooms need not be told apart.
    this.queue.entered(place, this.isHeld || this.queue.size > 0);
  }

  /** It is over, or does not count any more. */
  leave(place: Place<T>, nowMs: number): void {
    if (!place.isInFlight) return;
    this.#passTime(nowMs);
    place.isInFlight = false;
    this.inFlight--;
    this.queue.left(place);
  }

  /** Since the last reading. */
  read(nowMs: number) {
    this.#passTime(nowMs);
    const spanMs = nowMs - this.#readMs;
    const mean = spanMs > 0 ? this.#areaMs / spanMs : this.inFlight;
    const figures = {
      inFlight: { now: this.inFlight, most: this.#most, mean },
      limit: this.isHeld ? this.limit : null,
      queued: this.queue.size,
      shed: this.#shedCounts,
      wouldShed: this.#wouldShed,
    };
    this.#shedCounts = {};
    this.#wouldShed = {};
    this.#most = this.inFlight;
    this.#areaMs = 0;
    this.#readMs = nowMs;
    return figures;
  }

  #shed(who: Place<T>): Begun<T> {
    count(this.#shedCounts, who);
    return { kind: 'shed', who };
  }

  /** As if the bound were there: beyond it and a full queue somebody would be shed. */
  #observe(place: Place<T>): void {
    if (this.#shedding === 'off') return;
    if (this.inFlight >= this.#ordered! + this.#mostQueued) count(this.#wouldShed, place);
  }

  #partOf(most: number): number {
    const share = this.#rules?.guaranteedShare ?? 0;
    if (share === 0 || most === Number.POSITIVE_INFINITY) return 0;
    return Math.max(1, Math.floor(most * share));
  }

  #passTime(nowMs: number): void {
    this.#areaMs += this.inFlight * (nowMs - this.#changedMs);
    this.#changedMs = nowMs;
  }
}

function count<T>(counts: CountsByClass, place: Place<T>): void {
  const name = CLASSES[place.queue >> 1] as TrafficClass;
  counts[name] = (counts[name] ?? 0) + 1;
}
