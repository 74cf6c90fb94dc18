/** The platform's own books: who is inside by its own count, and how much of the limit was used while somebody waited. */

const MINUTE_MS = 60_000;
/** LINE.md, rule 2: nobody's first lease is longer. */
const FIRST_LEASE_MS = 30_000;

export interface PlatformLimits {
  sessions: number | null;
  admissionsPerMinute: number | null;
}

/** The most admissions that any 60 s may see: the limit and two seconds worth, at least one (invariant 2). */
export function admissionsAllowed(perMinute: number): number {
  return perMinute === 0 ? 0 : perMinute + Math.max(1, (2 * perMinute) / 60);
}

export class Books {
  /** Sessions by id, with the moment of their last request. */
  readonly #inside = new Map<string, number>();
  /** Sessions whose answer was lost, with the moment at which the gate made them. */
  readonly #granted = new Map<string, number>();
  /** Moments of the admissions of the last minute, and where they begin to count. */
  readonly #admissions: number[] = [];
  #oldest = 0;
  #limits: PlatformLimits;
  /** A lowered limit throws nobody out: so many may still be inside, never more again. */
  #ceiling: number;
  #rateChangedAt = Number.NEGATIVE_INFINITY;
  #rateBefore = 0;
  #waiting = 0;
  #isOpen = true;
  #countedUntil: number;
  #usedSlotMs = 0;
  #slotMs = 0;
  admitted = 0;
  mostOverLimit = 0;
  mostOverRate = 0;

  /** `countFromMs`: utilisation is judged from then on. */
  constructor(limits: PlatformLimits, countFromMs: number) {
    this.#limits = limits;
    this.#ceiling = limits.sessions ?? Number.POSITIVE_INFINITY;
    this.#countedUntil = countFromMs;
  }

  get inside(): number {
    return this.#inside.size;
  }

  has(id: string): boolean {
    return this.#inside.has(id);
  }

  ids(): IterableIterator<string> {
    return this.#inside.keys();
  }

  lastRequestAt(id: string): number | undefined {
    return this.#inside.get(id);
  }

  setLimits(limits: PlatformLimits, nowMs: number): void {
    this.#count(nowMs);
    this.#rateBefore = this.#allowedByRate(nowMs);
    this.#rateChangedAt = nowMs;
    this.#limits = limits;
    this.#ceiling = Number.POSITIVE_INFINITY;
    this.#lowerCeiling(nowMs);
  }

  /** The gate made a session and its answer was lost: the visitor will ask again and be let in, or the first lease lapses. */
  grant(id: string, nowMs: number): void {
    if (!this.#inside.has(id) && !this.#granted.has(id)) this.#granted.set(id, nowMs);
  }

  /** Paused time is nobody's waste. */
  setOpen(isOpen: boolean, nowMs: number): void {
    this.#count(nowMs);
    this.#isOpen = isOpen;
  }

  waiting(change: 1 | -1, nowMs: number): void {
    this.#count(nowMs);
    this.#waiting += change;
  }

  admit(id: string, nowMs: number) {
    if (this.#inside.has(id)) return this.request(id, nowMs);
    this.#count(nowMs);
    this.#judgeRate(this.#granted.get(id) ?? nowMs);
    this.#granted.delete(id);
    this.#inside.set(id, nowMs);
    this.admitted++;
    this.mostOverLimit = Math.max(this.mostOverLimit, this.inside - this.#ceiling);
  }

  request(id: string, nowMs: number): void {
    if (this.#inside.has(id)) this.#inside.set(id, nowMs);
  }

  end(id: string, nowMs: number): void {
    this.#count(nowMs);
    this.#inside.delete(id);
    this.#lowerCeiling(nowMs);
  }

  /** Used slot-seconds over slot-seconds, while somebody waited in an open room; null: nobody ever did. */
  utilisation(nowMs: number): number | null {
    this.#count(nowMs);
    return this.#slotMs === 0 ? null : this.#usedSlotMs / this.#slotMs;
  }

  #count(nowMs: number): void {
    const spanMs = nowMs - this.#countedUntil;
    if (spanMs <= 0) return;
    this.#countedUntil = nowMs;
    const slots = this.#limits.sessions;
    if (slots === null || this.#waiting === 0 || !this.#isOpen) return;
    this.#slotMs += slots * spanMs;
    this.#usedSlotMs += Math.min(this.inside, slots) * spanMs;
  }

  #lowerCeiling(nowMs: number): void {
    for (const [id, grantedMs] of this.#granted)
      if (nowMs - grantedMs > FIRST_LEASE_MS) this.#granted.delete(id);
    const limit = this.#limits.sessions ?? Number.POSITIVE_INFINITY;
    this.#ceiling = Math.max(limit, Math.min(this.#ceiling, this.inside + this.#granted.size));
  }

  #judgeRate(grantedMs: number): void {
    const { admissionsPerMinute } = this.#limits;
    if (admissionsPerMinute === null) return;
    const admissions = this.#admissions;
    insertInOrder(admissions, grantedMs);
    const newest = admissions[admissions.length - 1]!;
    while (admissions[this.#oldest]! <= newest - MINUTE_MS) this.#oldest++;
    const seen = admissions.length - this.#oldest;
    this.mostOverRate = Math.max(this.mostOverRate, seen - this.#allowedByRate(newest));
  }

  /** For a minute after a change the greater of both rates is allowed. */
  #allowedByRate(nowMs: number): number {
    const perMinute = this.#limits.admissionsPerMinute;
    const now = perMinute === null ? Number.POSITIVE_INFINITY : admissionsAllowed(perMinute);
    return nowMs - this.#rateChangedAt < MINUTE_MS ? Math.max(now, this.#rateBefore) : now;
  }
}

function insertInOrder(moments: number[], moment: number): void {
  moments.push(moment);
  for (let i = moments.length - 1; i > 0 && moments[i - 1]! > moment; i--) {
    moments[i] = moments[i - 1]!;
    moments[i - 1] = moment;
  }
}
