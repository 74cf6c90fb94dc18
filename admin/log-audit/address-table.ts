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

/** What tells addresses of one host apart, besides their path. */
export interface Context {
  /** Its number among the rooms; negative: none. */
  room: number;
  rule: string | null;
}

export interface AddressTable {
  /** Of this host, context and path (with what it names); made of `words` where unknown. */
  take(host: string, context: Context, path: string, words: () => AddressWords): Address;
  all(): Address[];
  /** Requests of addresses that were forgotten. */
  others(): number;
  /** How often addresses were forgotten: one that was taken before is no longer counted here. */
  readonly forgotten: number;
}

type Branch = Map<string, Map<number, Map<string, Address>>>;

interface Entry {
  host: string;
  context: number;
  path: string;
  address: Address;
}

const NOTHING = { requests: 0, forwarded: 0, failed: 0, notFound: 0, unstamped: 0, totalMs: 0 };
const MOST_ADDRESSES = 6_000;
export const MOST_EXAMPLES = 3;
/** More than a configuration has rules. */
const MOST_RULES = 2 ** 20;

export function createAddressTable(most = MOST_ADDRESSES): AddressTable {
  let tree: Branch = new Map();
  let entries: Entry[] = [];
  let others = 0;
  let forgotten = 0;
  const rules = new Map<string | null, number>();

  function add(entry: Entry): void {
    entries.push(entry);
    pathsOf(tree, entry.host, entry.context).set(entry.path, entry.address);
  }

  function forgetRarer(): void {
    const byWeight = entries.sort((a, b) => b.address.requests - a.address.requests);
    for (const { address } of byWeight.slice(most / 2)) others += address.requests;
    tree = new Map();
    entries = [];
    forgotten += 1;
    for (const entry of byWeight.slice(0, most / 2)) add(entry);
  }

  function ruleNumber(rule: string | null): number {
    const known = rules.get(rule);
    if (known !== undefined) return known;
    rules.set(rule, rules.size);
    return rules.size - 1;
  }

  return {
    take(host, { room, rule }, path, words) {
      const context = room * MOST_RULES + ruleNumber(rule);
      // Step by step: one key of all of it would be a text made, and gone through, for each request.
      const known = tree.get(host)?.get(context)?.get(path);
      if (known !== undefined) return known;
      if (entries.length >= most) forgetRarer();
      const address = { ...words(), ...NOTHING, examples: [] };
      add({ host: apart(host), context, path: apart(path), address });
      return address;
    },
    all: () => entries.map(({ address }) => address).sort((a, b) => b.requests - a.requests),
    others: () => others,
    get forgotten() {
      return forgotten;
    },
  };
}

function pathsOf(tree: Branch, host: string, context: number): Map<string, Address> {
  const contexts = tree.get(host) ?? new Map<number, Map<string, Address>>();
  tree.set(host, contexts);
  const paths = contexts.get(context) ?? new Map<string, Address>();
  contexts.set(context, paths);
  return paths;
}

/** A text of its own, made of a new one: a part of a line would keep the whole line in memory. */
export function apart(text: string): string {
  return ` ${text}`.slice(1);
}
