/** What windows had counted when a change began them anew: each belongs to a minute that has seen it, and would be in none. */
import { isUnqueued } from '../../gateway/audit/naming.ts';
import type { GatewayReport, HeardReport } from '../../gateway/control/words.ts';

export interface Counts {
  requests: number;
  forwarded: number;
  failed: number;
  unqueued: number;
}

export interface CutWindows {
  /** With each round; `nowMs` is wall time. */
  see(heard: readonly HeardReport[], nowMs: number): void;
  /** Of the minute that runs. */
  counts(): Counts;
}

export const NO_COUNTS: Counts = { requests: 0, forwarded: 0, failed: 0, unqueued: 0 };
const MINUTE_MS = 60_000;

export function createCutWindows(): CutWindows {
  let minuteMs = 0;
  let cut = NO_COUNTS;
  let before = new Map<string, GatewayReport>();

  return {
    see(heard, nowMs) {
      const atMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
      if (atMs !== minuteMs) cut = NO_COUNTS;
      minuteMs = atMs;
      const after = new Map(heard.map(({ report }) => [report.gateway, report]));
      for (const [gateway, report] of before)
        if (isCut(report, after.get(gateway))) cut = plus(cut, ofMinute(report, nowMs - atMs));
      before = after;
    },
    counts: () => cut,
  };
}

/** By another revision, other pins, a restart; or the gateway is gone. */
function isCut(before: GatewayReport, after: GatewayReport | undefined): boolean {
  if (after === undefined || after.startedAt !== before.startedAt) return true;
  const { revision, seconds } = after.totals;
  return revision !== before.totals.revision || seconds < before.totals.seconds;
}

/** A window reaches into the minute before: only its part of this one counts, as if it had been even. */
function ofMinute({ traffic }: GatewayReport, intoMs: number): Counts {
  const { windowSeconds, requests, forwarded, byAddress } = traffic;
  const part = Math.min(1, intoMs / Math.max(1, windowSeconds * 1_000));
  const failed = byAddress.reduce((sum, address) => sum + address.failed, 0);
  const unqueued = byAddress.reduce((sum, one) => sum + (isUnqueued(one) ? one.forwarded : 0), 0);
  return {
    requests: Math.round(requests * part),
    forwarded: Math.round(forwarded * part),
    failed: Math.round(failed * part),
    unqueued: Math.round(unqueued * part),
  };
}

function plus(one: Counts, other: Counts): Counts {
  return {
    requests: one.requests + other.requests,
    forwarded: one.forwarded + other.forwarded,
    failed: one.failed + other.failed,
    unqueued: one.unqueued + other.unqueued,
  };
}
