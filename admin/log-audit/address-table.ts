/**
 * Counts requests by address in bounded memory: where too many were seen, the rarer half is forgotten as addresses of
 * their own (its requests are counted as `others`), so that the busy ones of any log are there at its end.
 */
import type { AddressWords } from './words.ts';

export interface Address extends AddressWords {
  requests: number;
  forwarded: number;
  failed: number;
  notFound: number;
  unstamped: number;
  totalMs: number;
  /** Paths as seen, a few, with the values alone that name a room. */
  examples: string[];
}

export interface AddressTable {
  /** Of these words; made where unknown. `key` holds them all. */
  take(key: string, words: () => AddressWords): Address;
  all(): Address[];
  /** Requests of addresses that were forgotten. */
  others(): number;
}

const NOTHING = { requests: 0, forwarded: 0, failed: 0, notFound: 0, unstamped: 0, totalMs: 0 };
const MOST_ADDRESSES = 6_000;
export const MOST_EXAMPLES = 3;

export function createAddressTable(most = MOST_ADDRESSES): AddressTable {
  let byKey = new Map<string, Address>();
  let others = 0;

  function forgetRarer(): void {
    const byWeight = [...byKey].sort(([, a], [, b]) => b.requests - a.requests);
    for (const [, { requests }] of byWeight.slice(most / 2)) others += requests;
    byKey = new Map(byWeight.slice(0, most / 2));
  }

  return {
    take(key, words) {
      const known = byKey.get(key);
      if (known !== undefined) return known;
      if (byKey.size >= most) forgetRarer();
      const address = { ...words(), ...NOTHING, examples: [] };
      byKey.set(apart(key), address);
      return address;
    },
    all: () => [...byKey.values()].sort((a, b) => b.requests - a.requests),
    others: () => others,
  };
}

/** A text of its own, made of a new one: a part of a line would keep the whole line in memory. */
export function apart(text: string): string {
  return ` ${text}`.slice(1);
}
