/** Keeps a few requests of each address in memory, to be judged again by another configuration: bounded, and never told to anybody. */
import type { SeenRequest } from './words.ts';

export interface Example {
  method: string;
  /** Path and query, cut at MOST_CHARS. */
  target: string;
  /** Where the query's `?` stands; the target's length where there is none. */
  pathEnd: number;
}

const MOST_OF_AN_ADDRESS = 4;
const MOST_CHARS = 512;
/** Beyond, an address keeps one. */
const MOST_CHARS_IN_ALL = 1_000_000;
/** Older requests count for no more than so many: examples follow what is asked for now. */
const MEMORY = 256;

const NONE: readonly Example[] = [];
const scratch = Buffer.alloc(MOST_CHARS + 1);

export class Examples {
  readonly #kept: (Example[] | undefined)[];
  readonly #random: () => number;
  #chars = 0;

  constructor(capacity: number, random: () => number) {
    this.#kept = new Array(capacity).fill(undefined);
    this.#random = random;
  }

  /** `hits`: requests of this address so far, this one included: each of them is as likely to be kept. */
  offer(entry: number, seen: SeenRequest, hits: number): void {
    const kept = this.#kept[entry];
    const place = Math.floor(this.#random() * Math.min(hits, MEMORY));
    const isWanted = kept === undefined || kept.length < MOST_OF_AN_ADDRESS || place < MOST_OF_AN_ADDRESS;
    if (!isWanted) return;
    if (kept === undefined) this.#kept[entry] = [this.#take(seen)];
    else if (kept.length === MOST_OF_AN_ADDRESS) this.#replace(kept, place, seen);
    else if (this.#chars < MOST_CHARS_IN_ALL) kept.push(this.#take(seen));
    else if (place < kept.length) this.#replace(kept, place, seen);
  }

  of(entry: number): readonly Example[] {
    return this.#kept[entry] ?? NONE;
  }

  forget(entry: number): void {
    for (const { target } of this.of(entry)) this.#chars -= target.length;
    this.#kept[entry] = undefined;
  }

  #replace(kept: Example[], place: number, seen: SeenRequest): void {
    this.#chars -= kept[place]!.target.length;
    kept[place] = this.#take(seen);
  }

  #take({ method, path, query }: SeenRequest): Example {
    const text = query === '' ? path : `${path}?${query}`;
    const target = ownCopy(text);
    this.#chars += target.length;
    return { method, target, pathEnd: Math.min(path.length, target.length) };
  }
}

/** A part of a text would keep the whole of it in memory: a request's whole head. */
export function ownCopy(text: string): string {
  return scratch.toString('latin1', 0, scratch.write(text, 0, MOST_CHARS, 'latin1'));
}
