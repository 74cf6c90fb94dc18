/** Which decisions of the reports are new, and which of several gateways are one and the same. */
import type { HeardReport } from '../../gateway/control/words.ts';
import type { FreshDecision, Source, Unsaved } from './words.ts';

/** A clock that is off by less is not worth correcting. */
const LEAST_CORRECTED_MS = 1_000;
/** All gateways see the same room within a tick or two; reports come once a second. */
const SAME_MS = 5_000;
/** What all gateways of a room find out for themselves. */
const SHARED_KINDS = new Set(['engage', 'disengage', 'store-lost', 'store-found']);

/** In the order of their times; moves `sources` on. */
export function takeFresh(heard: readonly HeardReport[], sources: Map<string, Source>): FreshDecision[] {
  const fresh = heard.flatMap((each) => freshOf(each, sources));
  return fresh.sort((a, b) => a.atMs - b.atMs);
}

function freshOf({ report, clockAheadMs }: HeardReport, sources: Map<string, Source>): FreshDecision[] {
  const { gateway, startedAt, wallMs, decisions } = report;
  const known = sources.get(gateway);
  const since = known?.startedAt === startedAt ? known.seq : 0;
  const news = decisions.filter(({ seq }) => seq > since);
  if (news.length === 0) return [];
  sources.set(gateway, { gateway, startedAt, seq: Math.max(...news.map(({ seq }) => seq)) });
  const aheadMs = Math.abs(clockAheadMs) >= LEAST_CORRECTED_MS ? clockAheadMs : 0;
  return news.map((decision) => {
    const atMs = Date.parse(decision.at);
    return { gateway, decision, atMs: atMs - aheadMs, ageMs: wallMs - atMs };
  });
}

/** The decision that another gateway has reported already: the nearest in time; null: it is new. */
export function twinOf({ decision, gateway, atMs }: FreshDecision, kept: readonly Unsaved[]): Unsaved | null {
  if (!SHARED_KINDS.has(decision.kind)) return null;
  let nearest: Unsaved | null = null;
  let nearestMs = SAME_MS;
  for (const each of kept) {
    if (each.kind !== decision.kind || each.room !== decision.room) continue;
    const apartMs = Math.abs(Date.parse(each.at) - atMs);
    if (apartMs > nearestMs || each.gateways.includes(gateway)) continue;
    nearest = each;
    nearestMs = apartMs;
  }
  return nearest;
}
