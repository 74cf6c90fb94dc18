/** How fast a sale could have gone: the same visitors, in the same order, each let in as soon as slots and seats allow. */
import type { VisitorRecord } from '../../../load-tests/visitors/words.ts';

export interface Pace {
  seats: number;
  sessions: number;
  idleSeconds: number;
}

/** From a seat that is free until the next visitor is in: a release tick, and the poll interval at the front with its jitter. */
const ENTRY_MS = 500 + 2_400;
/** Leases outlast the idle time. */
const LEASE_SHARE = 1.25;

/** Seconds from the first visitor until the last seat is sold; with fewer buyers than seats until the last one left. */
export function allowedSeconds(
  records: readonly VisitorRecord[],
  { seats, sessions, idleSeconds }: Pace,
): number {
  const stays = records
    .filter(({ admittedAtMs }) => admittedAtMs !== null)
    .toSorted((a, b) => a.admittedAtMs! - b.admittedAtMs!)
    .map((record) => ({ buys: record.outcome === 'registered', holdMs: holdMs(record, idleSeconds) }));
  const inside: { untilMs: number; buys: boolean }[] = [];
  let [left, nowMs] = [seats, 0];
  while (left > 0 && (stays.length > 0 || inside.length > 0)) {
    while (stays.length > 0 && inside.length < Math.min(sessions, left)) {
      const { buys, holdMs: hold } = stays.shift()!;
      inside.push({ untilMs: nowMs + ENTRY_MS + hold, buys });
    }
    inside.sort((a, b) => a.untilMs - b.untilMs);
    const next = inside.shift()!;
    nowMs = next.untilMs;
    if (next.buys) left--;
  }
  return nowMs / 1_000;
}

/** Who goes without a word holds the seat until the lease lapses. */
function holdMs({ plan, admittedAtMs, goneAtMs }: VisitorRecord, idleSeconds: number): number {
  const stayedMs = goneAtMs! - admittedAtMs!;
  return plan.leaves ? stayedMs : Math.max(stayedMs, LEASE_SHARE * idleSeconds * 1_000);
}
