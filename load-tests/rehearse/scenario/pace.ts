/**
 * A gate's configuration at a faster pace: what the scenario says of an hour holds for the minutes in which it is played. Pure.
 *
 * - Rates are multiplied. So are bounds on what is in flight, since at n times the requests a minute, each as long as ever,
 *   n times as many are in flight: `allowance.inFlight`, `maxConnections`. Sessions and seats are people, and stay.
 * - Times that visitors live by are divided: sessions, grace, claims, prequeue. They do not fall below what polls allow (a
 *   visitor asks every 2 to 30 s at any pace), nor below what a gateway needs to hear of a session.
 * - Time-outs, health checks, activation, drains and intervals of looking are the machine's, and stay.
 * - A key that is not written has its default at the scenario's own pace, and that is scaled and written out.
 */
import { MOST } from '../../../config/schema/words.ts';
import { isPlain, type Plain } from '../../stage/stage-config.ts';
import type { Deed } from '../words.ts';

interface Scaled {
  /** `*`: each entry that is there. */
  at: string;
  by: 'rate' | 'time';
  /** What the gate takes where nothing is written; null: nothing that could be scaled. */
  usual: number | null;
  /** At a faster pace it stays as long as this, or as it was written where that is shorter. */
  least?: number;
  most?: number;
  /** Where a fraction is allowed. */
  isExact?: true;
}

/** Longer than most pauses between two polls; those of 30 s are far from being called. */
const LEAST_CLAIM_SECONDS = 15;
const LEAST_SESSION_SECONDS = 10;

const ROOM: readonly Scaled[] = [
  { at: 'limits.admissionsPerMinute', by: 'rate', usual: null },
  { at: 'guarantee.admissionsPerMinute', by: 'rate', usual: null },
  { at: 'allowance.inFlight', by: 'rate', usual: null },
  { at: 'session.idleSeconds', by: 'time', usual: 600, least: LEAST_SESSION_SECONDS },
  { at: 'session.maxSeconds', by: 'time', usual: 3600, least: LEAST_SESSION_SECONDS },
  { at: 'session.submitGraceSeconds', by: 'time', usual: 600, least: LEAST_SESSION_SECONDS },
  { at: 'claimSeconds', by: 'time', usual: 120, least: LEAST_CLAIM_SECONDS },
];

const CONFIG: readonly Scaled[] = [
  ...ROOM.map((one) => ({ ...one, at: `rooms.*.${one.at}` })),
  { at: 'rules.*.allowance.requestsPerMinute', by: 'rate', usual: null },
  { at: 'rules.*.allowance.inFlight', by: 'rate', usual: null },
  { at: 'upstreams.*.maxConnections', by: 'rate', usual: 256, most: 65_535 },
  { at: 'upstreams.*.rampSeconds', by: 'time', usual: 30, least: 1 },
  { at: 'passes.requestsPerMinute', by: 'rate', usual: 600 },
  { at: 'launches.*.prequeueMinutes', by: 'time', usual: null, isExact: true, most: MOST.minutes },
  { at: 'launches.*.expectedPeakPerMinute', by: 'rate', usual: null },
  { at: 'protection.engage.leastPerMinute', by: 'rate', usual: 120 },
  { at: 'protection.engage.calmSeconds', by: 'time', usual: 30, least: 5 },
  { at: 'protection.connections.growthPerMinute', by: 'rate', usual: 2 },
  { at: 'protection.connections.leastMinutes', by: 'time', usual: 2, least: 1, most: MOST.minutes },
  { at: 'protection.joins.perNetworkPerMinute', by: 'rate', usual: null },
  { at: 'protection.joins.perClientPerMinute', by: 'rate', usual: 600 },
];

export function configAtPace(config: Plain, compress: number): Plain {
  return compress === 1 ? config : scaled(config, CONFIG, compress);
}

/** What an operator sends for a room holds at the pace, too. Other deeds are done as they are told. */
export function apiAtPace(deed: Extract<Deed, { kind: 'api' }>, compress: number): typeof deed {
  if (deed.path === '/v1/pins') return { ...deed, body: pinAtPace(deed.body, compress) };
  if (!/^\/v1\/rooms\/[^/]+$/.test(deed.path)) return deed;
  const written = ROOM.map((one) => ({ ...one, usual: null }));
  return { ...deed, body: scaled(deed.body, written, compress) };
}

function pinAtPace(pin: Plain, compress: number): Plain {
  const [, key] = /^rooms\.[^.]+\.(.+)$/.exec(String(pin.path)) ?? [];
  const found = ROOM.find(({ at }) => at === key);
  return found === undefined ? pin : { ...pin, value: scaledValue(pin.value, found, compress) };
}

function scaled(config: Plain, table: readonly Scaled[], compress: number): Plain {
  return table.reduce((changed, one) => {
    const change = (value: unknown) => scaledValue(value, one, compress);
    return changedAt(changed, one.at.split('.'), change) as Plain;
  }, config);
}

/** Null opens a bound at any pace; what is no number is left to be refused. */
function scaledValue(value: unknown, one: Scaled, compress: number): unknown {
  const written = value === undefined ? one.usual : value;
  if (typeof written !== 'number') return value;
  const most = one.most ?? (one.by === 'rate' ? MOST.count : MOST.seconds);
  const exact = one.by === 'rate' ? written * compress : written / compress;
  const least = one.by === 'rate' ? Math.min(1, written) : Math.min(one.least ?? 0, written);
  const whole = one.isExact ? exact : Math.round(exact);
  return Math.min(most, Math.max(least, whole));
}

function changedAt(holder: unknown, keys: readonly string[], change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return change(holder);
  if (key === '*') return eachOf(holder, (entry) => changedAt(entry, rest, change));
  if (holder !== undefined && !isPlain(holder)) return holder;
  const before = holder?.[key];
  const after = changedAt(before, rest, change);
  return after === before ? holder : { ...holder, [key]: after };
}

function eachOf(holder: unknown, change: (entry: unknown) => unknown): unknown {
  // An entry with nothing under it is one of defaults.
  const changed = (entry: unknown) => change(entry ?? {});
  if (Array.isArray(holder)) return holder.map(changed);
  if (!isPlain(holder)) return holder;
  return Object.fromEntries(Object.entries(holder).map(([key, entry]) => [key, changed(entry)]));
}
