/** Counts requests by host and path shape over the sliding minute: at most 500 addresses, whatever is asked for; the rest is counted together. */
import { createCounts } from './ring.js';

const MOST_ADDRESSES = 500;
const MOST_TOLD = 100;
const MOST_TAGS = 64;
const MOST_TAGS_TOLD = 10;
const MOST_METHODS = 8;

const [REQUESTS, UNSTAMPED, REFUSED] = [0, 1, 2];
const FIELDS = 3;

export function createAddresses() {
  const entries = new Map();
  const others = createCounts(FIELDS);

  function entryOf(host, shape) {
    const name = `${host} ${shape}`;
    const known = entries.get(name);
    if (known !== undefined) return known;
    if (entries.size >= MOST_ADDRESSES) yieldOne(entries, others);
    const entry = newEntry(name, host.length);
    entries.set(name, entry);
    return entry;
  }

  return {
    /** `around` tells more of a request that came around the gate: `{ isRefused, tag, method }`; null: it did not. */
    count(slice, host, shape, around) {
      const entry = entryOf(host, shape);
      entry.requests += 1;
      entry.counts.add(slice, REQUESTS);
      if (around !== null) countAround(entry, slice, around);
    },
    empty(slice) {
      others.empty(slice);
      for (const [name, entry] of entries) {
        entry.counts.empty(slice);
        entry.requests = entry.counts.sum(REQUESTS);
        if (entry.requests === 0) entries.delete(name);
        else if (entry.counts.sum(UNSTAMPED) === 0) forgetAround(entry);
      }
    },
    /** `{ byAddress, others }` as an observation has them. */
    report() {
      const rows = [...entries.values()].map(rowOf).sort(byWeight);
      const rest = rows.splice(MOST_TOLD);
      const sum = (field) => rest.reduce((all, row) => all + row[field], 0);
      return {
        byAddress: rows,
        others: {
          requests: others.sum(REQUESTS) + sum('requests'),
          unstamped: others.sum(UNSTAMPED) + sum('unstamped'),
        },
      };
    },
    size: () => entries.size,
  };
}

/** Cut from the name, which is our own: a piece of a header would keep the whole header alive. */
function newEntry(name, hostChars) {
  const [host, shape] = [name.slice(0, hostChars), name.slice(hostChars + 1)];
  return { host, shape, requests: 0, counts: createCounts(FIELDS), tags: new Map(), methods: new Set() };
}

function countAround(entry, slice, { isRefused, tag, method }) {
  entry.counts.add(slice, UNSTAMPED);
  if (isRefused) entry.counts.add(slice, REFUSED);
  if (tag !== null && (entry.tags.has(tag) || entry.tags.size < MOST_TAGS))
    entry.tags.set(tag, (entry.tags.get(tag) ?? 0) + 1);
  if (entry.methods.size < MOST_METHODS) entry.methods.add(method);
}

function forgetAround({ tags, methods }) {
  tags.clear();
  methods.clear();
}

/** The least asked address goes to the others: who scans for thousands of paths drives nobody busy out. */
function yieldOne(entries, others) {
  let least = null;
  for (const [name, entry] of entries) {
    if (least === null || entry.requests < least.entry.requests) least = { name, entry };
    if (entry.requests <= 1) break;
  }
  others.take(least.entry.counts);
  entries.delete(least.name);
}

function rowOf({ host, shape, counts, tags, methods }) {
  const busiest = [...tags].sort((a, b) => b[1] - a[1]).slice(0, MOST_TAGS_TOLD);
  return {
    host,
    pathShape: shape,
    requests: counts.sum(REQUESTS),
    unstamped: counts.sum(UNSTAMPED),
    refused: counts.sum(REFUSED),
    networks: busiest.map(([tag]) => tag),
    methods: [...methods],
    examples: methods.size === 0 ? [] : [shape],
  };
}

function byWeight(a, b) {
  return b.unstamped - a.unstamped || b.requests - a.requests;
}
