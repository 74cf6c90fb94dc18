/** Adds the windows of all gateways up to one. Pure. */
import type { AddressCount, TrafficWindow } from '../../control/words.ts';
import type { Merged } from './words.ts';

const EXAMPLES = 4;
/** No room and no rule has this name. */
const NONE = '\t';

export function mergeWindows(windows: readonly TrafficWindow[]): Merged {
  const byKey = new Map<string, AddressCount>();
  for (const { byAddress } of windows) for (const count of byAddress) add(byKey, count);
  return {
    // A window is shorter while its gateway, or its rules, are younger.
    windowSeconds: Math.max(1, ...windows.map(({ windowSeconds }) => windowSeconds)),
    requests: sum(windows, ({ requests }) => requests),
    forwarded: sum(windows, ({ forwarded }) => forwarded),
    byAddress: [...byKey.values()],
  };
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function add(byKey: Map<string, AddressCount>, one: AddressCount): void {
  const key = keyOf(one);
  const before = byKey.get(key);
  byKey.set(key, before === undefined ? one : joined(before, one));
}

/** The path last: it alone may hold any character. */
function keyOf({ host, pathShape, room, outcome, rule, class: trafficClass, names }: AddressCount): string {
  const named = names === null ? NONE : `${names.room}\n${names.by}`;
  return `${host}\n${room ?? NONE}\n${outcome}\n${rule ?? NONE}\n${trafficClass}\n${named}\n${pathShape}`;
}

function joined(one: AddressCount, other: AddressCount): AddressCount {
  return {
    ...one,
    requests: one.requests + other.requests,
    forwarded: one.forwarded + other.forwarded,
    failed: one.failed + other.failed,
    notFound: one.notFound + other.notFound,
    totalMs: one.totalMs + other.totalMs,
    examples: [...new Set([...one.examples, ...other.examples])].slice(0, EXAMPLES),
  };
}
