/**
 * Finds connections that only grow: those open beyond the requests that are under way, busy or not, by their least number in each mark.
 *
 * A busy hour opens connections for its requests and reuses them, so that what is open beyond them stays; what leaks never comes back.
 * Twelve marks make `leastMinutes`; four quarters of three marks each must rise, by `growthPerMinute` in all. A leak so fast that it
 * fills a sixth of the bound first is told as soon as four marks in a row rise. A restart of the platform ends it.
 * Requests older than `longRunningSeconds` count as leaked: what never ends is not under way.
 */
import type { ProtectionSettings } from '../../config/settings.ts';
import type { UpstreamState } from './state.ts';

const MARKS = 12;
const IN_QUARTER = 3;
const EARLY_SHARE = 1 / 6;
const MINUTE_MS = 60_000;

type Bounds = ProtectionSettings['connections'];

export interface LeakFacts {
  nowMs: number;
  /** Open beyond the requests under way. */
  idle: number;
  /** Connections that there may be. */
  bound: number;
}

export interface Leak {
  perMinute: number;
  connections: number;
  seconds: number;
}

/** Notes what is open now; a leak when one is first seen, `ended` when it is over. */
export function followConnections(
  upstream: UpstreamState,
  facts: LeakFacts,
  bounds: Bounds,
): Leak | 'ended' | null {
  const marks = upstream.connections;
  const last = marks.at(-1);
  const markMs = (bounds.leastMinutes * MINUTE_MS) / MARKS;
  if (last && facts.nowMs - last.atMs < markMs) {
    last.least = Math.min(last.least, facts.idle);
    return null;
  }
  const least = marks.map((mark) => mark.least);
  upstream.connections = [...marks.slice(-(MARKS - 1)), { atMs: facts.nowMs, least: facts.idle }];
  const leak =
    slow(least, markMs, bounds.growthPerMinute) ?? fast(least, markMs, facts.bound, bounds.growthPerMinute);
  const isOver = least.length > 1 && least.at(-1)! < 0.7 * Math.max(...least);
  if (leak && !upstream.leaks) {
    upstream.leaks = true;
    return leak;
  }
  if (!upstream.leaks || !isOver) return null;
  upstream.leaks = false;
  return 'ended';
}

function slow(least: readonly number[], markMs: number, growthPerMinute: number): Leak | null {
  if (least.length < MARKS) return null;
  const quarters = [0, 1, 2, 3].map((i) => Math.min(...least.slice(i * IN_QUARTER, (i + 1) * IN_QUARTER)));
  return rising(quarters, IN_QUARTER * markMs, growthPerMinute);
}

function fast(least: readonly number[], markMs: number, bound: number, growthPerMinute: number): Leak | null {
  const newest = least.slice(-4);
  if (newest.length < 4 || newest[3]! < EARLY_SHARE * bound) return null;
  // What fills the bound so soon grows by far more than the least growth.
  return rising(newest, markMs, 4 * growthPerMinute);
}

/** Each rise at least half of what it should be, all together the whole of it. */
function rising(least: readonly number[], spanMs: number, growthPerMinute: number): Leak | null {
  const perSpan = (growthPerMinute * spanMs) / MINUTE_MS;
  const isSteady = least.every((one, i) => i === 0 || one - least[i - 1]! >= perSpan / 2);
  const connections = least.at(-1)!;
  const grown = connections - least[0]!;
  const spans = least.length - 1;
  if (!isSteady || grown < perSpan * spans) return null;
  return { perMinute: (grown * MINUTE_MS) / (spanMs * spans), connections, seconds: (spanMs * spans) / 1000 };
}
