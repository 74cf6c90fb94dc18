/**
 * The addresses most asked for in a sliding window, by Space-Saving (Metwally, Agrawal, El Abbadi: "Efficient Computation of
 * Frequent and Top-k Elements in Data Streams", 2005), in memory that is taken once.
 *
 * With k entries and N requests in the window, whoever takes the place of the entry of the lowest rank inherits that rank, which
 * is at most N / k: an address that has more than this share of the requests stays, whatever else is asked for. Counts are
 * those since the address was admitted, so they are never too high. Ranks and counts are kept by slots of the window, and
 * what a slot held goes when the slot does.
 */
import type { AddressCount } from '../control/words.ts';
import { AddressIndex } from './address-index.ts';
import { AddressKey } from './address-key.ts';
import { LeastRanked } from './least-ranked.ts';
import type { SeenRequest } from './words.ts';

/** What all requests of an entry have in common, beside host and path shape. */
export type AddressFacts = Pick<AddressCount, 'room' | 'outcome' | 'rule' | 'class' | 'names'>;

export const [REQUESTS, FORWARDED, FAILED, NOT_FOUND, TOTAL_MS] = [0, 1, 2, 3, 4];
const FIELDS = 5;

export interface TableSize {
  capacity: number;
  slots: number;
  /** Of the hash; from outside nobody may know it. */
  seed: number;
  /** The entry's address is forgotten. */
  onLeave(entry: number): void;
}

export class AddressTable {
  readonly #slots: number;
  readonly #key: AddressKey;
  readonly #index: AddressIndex;
  readonly #least: LeastRanked;
  /** By entry and slot. */
  readonly #ranks: Uint32Array;
  readonly #rankSums: Uint32Array;
  /** By entry, slot and field. */
  readonly #counts: Float64Array;
  readonly #facts: (AddressFacts | null)[];
  readonly #onLeave: (entry: number) => void;
  /** Which of all admissions this entry is: who holds an entry can tell whether it is still the same. */
  readonly admissions: Float64Array;
  /** Requests since it was admitted. */
  readonly hits: Uint32Array;
  readonly #free: number[] = [];
  #admitted = 0;

  constructor({ capacity, slots, seed, onLeave }: TableSize) {
    this.#onLeave = onLeave;
    this.#slots = slots;
    this.#key = new AddressKey(seed);
    this.#index = new AddressIndex(capacity);
    this.#ranks = new Uint32Array(capacity * slots);
    this.#rankSums = new Uint32Array(capacity);
    this.#least = new LeastRanked(this.#rankSums);
    this.#counts = new Float64Array(capacity * slots * FIELDS);
    this.#facts = new Array(capacity).fill(null);
    this.admissions = new Float64Array(capacity);
    this.hits = new Uint32Array(capacity);
    for (let entry = capacity - 1; entry >= 0; entry--) this.#free.push(entry);
  }

  /** The entry of a request's address, one more request in it. */
  hit(seen: SeenRequest, names: AddressFacts['names'], slot: number): number {
    this.#key.write(seen, names);
    const known = this.#index.find(this.#key);
    const entry = known >= 0 ? known : this.#admit(seen, names);
    this.#ranks[entry * this.#slots + slot]!++;
    this.#rankSums[entry]!++;
    this.hits[entry]!++;
    this.add(entry, slot, REQUESTS, 1);
    return entry;
  }

  add(entry: number, slot: number, field: number, amount: number): void {
    const at = (entry * this.#slots + slot) * FIELDS + field;
    this.#counts[at] = this.#counts[at]! + amount;
  }

  sum(entry: number, field: number, slots: readonly number[]): number {
    let sum = 0;
    for (const slot of slots) sum += this.#counts[(entry * this.#slots + slot) * FIELDS + field]!;
    return sum;
  }

  /** Requests and forwarded ones together: what reaches the platform matters most. */
  weight(entry: number, slots: readonly number[]): number {
    const row = entry * this.#slots;
    let weight = 0;
    for (let i = 0; i < slots.length; i++) {
      const at = (row + slots[i]!) * FIELDS;
      weight += this.#counts[at + REQUESTS]! + this.#counts[at + FORWARDED]!;
    }
    return weight;
  }

  /** Whether the next new address takes another one's place. */
  get isFull(): boolean {
    return this.#free.length === 0;
  }

  *entries(): Iterable<number> {
    for (let entry = 0; entry < this.#facts.length; entry++) if (this.#facts[entry] !== null) yield entry;
  }

  facts(entry: number): AddressFacts {
    return this.#facts[entry]!;
  }
  host(entry: number): string {
    return this.#index.hostOf(entry);
  }
  shape(entry: number): string {
    return this.#index.shapeOf(entry);
  }

  /** What the slot held is over; whoever had nothing but that is forgotten. */
  clear(slot: number): void {
    for (let entry = 0; entry < this.#facts.length; entry++) {
      if (this.#facts[entry] === null) continue;
      const at = entry * this.#slots + slot;
      this.#rankSums[entry]! -= this.#ranks[at]!;
      this.#ranks[at] = 0;
      this.#counts.fill(0, at * FIELDS, (at + 1) * FIELDS);
      if (this.#rankSums[entry] === 0) this.#forget(entry);
    }
    this.#least.forget();
  }

  #admit(seen: SeenRequest, names: AddressFacts['names']): number {
    const entry = this.#free.pop() ?? this.#takePlace();
    this.#index.set(entry, this.#key);
    this.#facts[entry] = factsOf(seen, names);
    this.admissions[entry] = ++this.#admitted;
    this.hits[entry] = 0;
    return entry;
  }

  /** Ranks stay, as the newcomer's: that is what keeps the addresses that are asked for most. */
  #takePlace(): number {
    const entry = this.#least.least();
    this.#leave(entry);
    const row = this.#slots * FIELDS;
    this.#counts.fill(0, entry * row, (entry + 1) * row);
    return entry;
  }

  #forget(entry: number): void {
    this.#leave(entry);
    this.#facts[entry] = null;
    this.#free.push(entry);
  }

  #leave(entry: number): void {
    this.#index.delete(entry);
    this.#onLeave(entry);
  }
}

function factsOf(seen: SeenRequest, names: AddressFacts['names']): AddressFacts {
  const { label, state, rule } = seen;
  const room = seen.room === null || label === '' ? null : label;
  return { room, outcome: state, rule, class: seen.class, names };
}
