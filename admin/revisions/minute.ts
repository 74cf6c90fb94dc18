/** Remembers what each gateway counted over the last minute, so that a new revision can be compared with the time before it. */
import type { GatewayReport, RevisionTotals } from '../../gateway/control/words.ts';
import { NO_TOTALS, since } from './totals.ts';
import type { Sums } from './words.ts';

export interface LastMinute {
  see(live: readonly GatewayReport[], nowMs: number): void;
  /** What this gateway counted since a minute ago, or since it was first heard of. */
  of(gateway: string): Sums;
}

const KEPT_MS = 60_000;
/** Reports come once a second; a few marks over the minute are as good. */
const APART_MS = 5_000;

interface Mark {
  atMs: number;
  totals: RevisionTotals;
}

export function createLastMinute(): LastMinute {
  const marks = new Map<string, Mark[]>();
  const latest = new Map<string, RevisionTotals>();

  const mark = ({ gateway, totals }: GatewayReport, nowMs: number) => {
    const kept = (marks.get(gateway) ?? []).filter(({ atMs }) => nowMs - atMs <= KEPT_MS);
    const last = kept.at(-1);
    if (last === undefined || nowMs - last.atMs >= APART_MS) kept.push({ atMs: nowMs, totals });
    marks.set(gateway, kept);
    latest.set(gateway, totals);
  };

  return {
    see(live, nowMs) {
      for (const report of live) mark(report, nowMs);
      const here = new Set(live.map(({ gateway }) => gateway));
      for (const gateway of [...marks.keys()])
        if (!here.has(gateway)) {
          marks.delete(gateway);
          latest.delete(gateway);
        }
    },
    of(gateway) {
      const now = latest.get(gateway);
      return now === undefined ? NO_TOTALS : since(marks.get(gateway)?.[0]?.totals, now);
    },
  };
}
