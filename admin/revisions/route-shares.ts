/** How much fails on each route of the platform, and what a rollback mended. Pure. */
import type { GatewayReport } from '../../gateway/control/words.ts';

/** By `<host> <path shape>`; forwarded and failed requests of the window. */
export type RouteShares = Record<string, { forwarded: number; failed: number }>;

export interface RouteRecovery {
  host: string;
  pathShape: string;
  /** Shares of failed requests; null: there were none to fail. */
  before: number | null;
  during: number | null;
  after: number | null;
  /** Null: it cannot be told yet. */
  recovered: boolean | null;
}

export interface Recovery {
  /** True only when every affected route is. */
  recovered: boolean | null;
  routes: RouteRecovery[];
}

const MOST_ROUTES = 200;
const LEAST_FAILED = 2;
const LEAST_REQUESTS = 20;
/** Half a percent and half as much again: below that a rise is chance. */
const LEAST_RISE = 0.005;
const RISE_RATIO = 1.5;

export function routeShares(reports: readonly GatewayReport[]): RouteShares {
  const all = new Map<string, { forwarded: number; failed: number }>();
  for (const { host, pathShape, forwarded, failed } of reports.flatMap(({ traffic }) => traffic.byAddress)) {
    const key = `${host} ${pathShape}`;
    const known = all.get(key) ?? { forwarded: 0, failed: 0 };
    all.set(key, { forwarded: known.forwarded + forwarded, failed: known.failed + failed });
  }
  const busiest = [...all].sort(([, a], [, b]) => b.forwarded - a.forwarded).slice(0, MOST_ROUTES);
  return Object.fromEntries(busiest);
}

/** Routes that failed more while the revision ran than before it. */
export function affectedRoutes(before: RouteShares, during: RouteShares): string[] {
  return Object.entries(during)
    .filter(
      ([key, { failed }]) => failed >= LEAST_FAILED && isWorse(shareOf(before[key]), shareOf(during[key])),
    )
    .map(([key]) => key);
}

/** `isPast`: nothing of the bad time is left in the window `after`, so what still fails has not recovered. */
export function judgeRecovery(
  affected: readonly string[],
  { before, during, after }: Record<'before' | 'during' | 'after', RouteShares>,
  isPast: boolean,
): Recovery {
  const routes = affected.map((key): RouteRecovery => {
    const [was, share] = [shareOf(before[key]), shareOf(after[key])];
    const [host = '', pathShape = ''] = key.split(' ');
    const recovered = verdict(isWorse(was, share), after[key]?.forwarded ?? 0, isPast);
    return { host, pathShape, before: was, during: shareOf(during[key]), after: share, recovered };
  });
  return { recovered: whole(routes), routes };
}

/** A few requests that went well are no recovery yet, and a few that failed may be the last. */
function verdict(isBad: boolean, forwarded: number, isPast: boolean): boolean | null {
  if (forwarded === 0) return null;
  return isPast || (!isBad && forwarded >= LEAST_REQUESTS) ? !isBad : null;
}

function whole(routes: readonly RouteRecovery[]): boolean | null {
  if (routes.some(({ recovered }) => recovered === false)) return false;
  return routes.every(({ recovered }) => recovered === true) ? true : null;
}

function isWorse(before: number | null, now: number | null): boolean {
  return now !== null && now > (before ?? 0) * RISE_RATIO + LEAST_RISE;
}

function shareOf(counts: RouteShares[string] | undefined): number | null {
  return counts === undefined || counts.forwarded === 0 ? null : counts.failed / counts.forwarded;
}
