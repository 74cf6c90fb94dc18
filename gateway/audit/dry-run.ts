/** Judges remembered requests by two configurations, and says which addresses would change, and how many of their requests. */
import type { Example } from './examples.ts';

/** A request as it is judged again. */
export interface Judgeable {
  method: string;
  host: string;
  path: string;
  query: string;
}

/** `kind`: `room`, `bypass` or `refused`; the latter two have no room. */
export interface Verdict {
  room: string | null;
  rule: string | null;
  kind: string;
}

export type Judge = (request: Judgeable) => Verdict;

export interface ChangedAddress {
  host: string;
  pathShape: string;
  from: string | null;
  to: string | null;
  fromRule: string | null;
  toRule: string | null;
  requests: number;
  /** Of all that were judged. */
  share: number;
}

/** What another configuration would do with the requests of the window. */
export interface DryRunResult {
  /** Judged by rules in the window, and remembered well enough to be judged again. */
  requests: number;
  /** Of these, sent to another room (or past the rooms, or refused) than now. */
  changed: number;
  /** The most frequent first. */
  byAddress: readonly ChangedAddress[];
}

/** Requests of one address, and some of them. */
export interface Remembered {
  host: string;
  pathShape: string;
  requests: number;
  examples: readonly Example[];
}

const MOST_TOLD = 200;

/** Each example stands for an equal part of its address's requests. */
export function dryRun(addresses: Iterable<Remembered>, judge: Judge, present: Judge): DryRunResult {
  const changes = new Map<string, ChangedAddress>();
  let [requests, changed] = [0, 0];
  for (const address of addresses) {
    requests += address.requests;
    const each = address.requests / address.examples.length;
    for (const example of address.examples) {
      const change = changeOf(address, example, judge, present);
      if (change === null) continue;
      changed += each;
      add(changes, change, each);
    }
  }
  const byAddress = [...changes.values()].sort((a, b) => b.requests - a.requests).slice(0, MOST_TOLD);
  return {
    requests,
    changed: Math.round(changed),
    byAddress: byAddress.map((change) => ({
      ...change,
      requests: Math.round(change.requests),
      share: change.requests / requests,
    })),
  };
}

function changeOf(
  { host, pathShape }: Remembered,
  { method, target, pathEnd }: Example,
  judge: Judge,
  present: Judge,
): ChangedAddress | null {
  const request = { method, host, path: target.slice(0, pathEnd), query: target.slice(pathEnd + 1) };
  const [before, after] = [present(request), judge(request)];
  if (before.kind === after.kind && before.room === after.room) return null;
  const [from, to] = [before.room, after.room];
  return { host, pathShape, from, to, fromRule: before.rule, toRule: after.rule, requests: 0, share: 0 };
}

function add(changes: Map<string, ChangedAddress>, change: ChangedAddress, requests: number): void {
  const { host, pathShape, from, to, fromRule, toRule } = change;
  const key = JSON.stringify([host, pathShape, from, to, fromRule, toRule]);
  const known = changes.get(key) ?? change;
  known.requests += requests;
  changes.set(key, known);
}
